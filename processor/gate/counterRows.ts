import { hash } from 'node:crypto';
import { formatUsd } from '../../src/money.ts';
import type { LimitUnit } from '../../src/policy/budget.ts';
import type { CounterAmounts } from '../../src/policy/amounts.ts';
import { rolledTo } from '../../src/policy/rolling.ts';
import {
  type Column,
  encodeColumns,
  hex,
  int4,
  int8,
  jsonb,
  namesOf,
  storableJson,
  text,
  timestamptz,
  unnestOf,
} from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { type CounterPlace, newCountsFrom } from './counterPlaces.ts';
import { storedUsd } from './reservationState.ts';

/** A counter as it is stored, its row locked. */
export interface LockedRow extends CounterAmounts {
  readonly place: CounterPlace;
  readonly id: number;
  readonly raised: bigint;
  readonly countsFromMicros: number;
  /** Null: not a rolling window. */
  readonly rolledToMicros: number | null;
}

/** A counter's amount in a column `numeric(38,15)`: USD, tokens or calls. */
const FEMTO = 10n ** 15n;

export function femtoOfAmount(unit: LimitUnit, amount: bigint): bigint {
  return unit === 'usd' ? amount : amount * FEMTO;
}

export function amountOfText(unit: LimitUnit, written: string): bigint {
  return unit === 'usd' ? storedUsd(written) : storedUsd(written) / FEMTO;
}

export function amountText(unit: LimitUnit, amount: bigint): string {
  return formatUsd(femtoOfAmount(unit, amount));
}

/** −∞ and ∞ have no place in the arrays of columns.ts: null stands for them. */
function finite(micros: number): number | null {
  return Number.isFinite(micros) ? micros : null;
}

export interface AmountTexts {
  readonly spent: string;
  readonly reserved: string;
  readonly overrun: string;
  readonly expired_unsettled: string;
}

export function amountsOfTexts(unit: LimitUnit, row: AmountTexts): CounterAmounts {
  return {
    spent: amountOfText(unit, row.spent),
    reserved: amountOfText(unit, row.reserved),
    overrun: amountOfText(unit, row.overrun),
    expiredUnsettled: amountOfText(unit, row.expired_unsettled),
  };
}

interface NewRow {
  readonly index: number;
  readonly place: CounterPlace;
  readonly keyHash: string;
}

const newColumns = (nowMicros: number): readonly Column<NewRow>[] => [
  int4('index', ({ index }) => index),
  text('tenant', ({ place }) => place.tenant),
  int8('budget_id', ({ place }) => place.inForce.id),
  hex('key_hash', ({ keyHash }) => keyHash),
  jsonb('key', ({ place }) => storableJson(place.key.values)),
  timestamptz('window_start', ({ place }) => finite(place.window.startMicros)),
  timestamptz('window_end', ({ place }) => finite(place.window.endMicros)),
  timestamptz('counts_from', ({ place }) => newCountsFrom(place.inForce)),
  timestamptz('rolled_to', ({ place: { inForce } }) => {
    const { window } = inForce.budget;
    return window.kind === 'rolling' ? rolledTo(window.ms, nowMicros) : null;
  }),
  timestamptz('updated_at', () => nowMicros),
];

/** One that another transaction made meanwhile and committed is neither known to the snapshot nor made here: see the loop below. */
const makeSql = `
with given as materialized (
  select index, tenant, budget_id, key_hash, key, coalesce(window_start, '-infinity') as window_start,
    coalesce(window_end, 'infinity') as window_end, counts_from, rolled_to, updated_at
  from ${unnestOf(newColumns(0))} as given (${namesOf(newColumns(0))})
), known as materialized (
  select given.index, kept.id from given join tollgate_data.counters as kept using (tenant, budget_id, key_hash, window_start)
), made as (
  insert into tollgate_data.counters
    (tenant, budget_id, key_hash, key, window_start, window_end, counts_from, rolled_to, updated_at)
  select tenant, budget_id, key_hash, key, window_start, window_end, counts_from, rolled_to, updated_at
  from given where index not in (select index from known) order by index
  on conflict (tenant, budget_id, key_hash, window_start) do nothing
  returning id, tenant, budget_id, key_hash, window_start
)
select index, id from known
union all
select given.index, made.id from made join given using (tenant, budget_id, key_hash, window_start)`;

/** The second time finds what it had to wait for the first time; one more where that was rolled back. */
const ROUNDS_MAX = 5;

/**
 * The ids of counters, in the order of the places; makes those that are not there. In one order in every transaction, so that two
 * that make the same counters wait for each other but never in a ring.
 */
export async function makeCounters(
  client: Queries,
  places: readonly CounterPlace[],
  nowMicros: number,
): Promise<readonly number[]> {
  const rows = places
    .map((place, index) => ({ index, place, keyHash: hash('md5', place.key.text) }))
    .sort(byKey)
    .map((row, index) => ({ ...row, index, at: row.index }));
  const ids = new Map<number, number>();
  for (let round = 1; ids.size < rows.length; round += 1) {
    if (round > ROUNDS_MAX) throw new Error(`expected ${rows.length} counters to be made, found ${ids.size}`);
    const missing = rows.filter(({ index }) => !ids.has(index));
    const found = await client.query<{ index: number; id: string }>(
      makeSql,
      encodeColumns(newColumns(nowMicros), missing),
    );
    for (const { index, id } of found) ids.set(index, Number(id));
  }
  const inOrder: number[] = [];
  for (const { index, at } of rows) inOrder[at] = ids.get(index) ?? NaN;
  return inOrder;
}

function byKey(left: NewRow, right: NewRow): number {
  if (left.place.tenant !== right.place.tenant) return left.place.tenant < right.place.tenant ? -1 : 1;
  if (left.place.inForce.id !== right.place.inForce.id) return left.place.inForce.id - right.place.inForce.id;
  if (left.keyHash !== right.keyHash) return left.keyHash < right.keyHash ? -1 : 1;
  // Both are −∞, whose difference is no number, or neither is.
  return left.place.window.startMicros < right.place.window.startMicros ? -1 : 1;
}

/** A counter that is to be locked. */
export interface NamedCounter {
  readonly place: CounterPlace;
  readonly id: number;
}

interface IndexedCounter extends NamedCounter {
  readonly index: number;
}

const lockColumns: readonly Column<IndexedCounter>[] = [
  int4('index', ({ index }) => index),
  text('tenant', ({ place }) => place.tenant),
  int8('id', ({ id }) => id),
  int8('budget_id', ({ place }) => place.inForce.id),
  timestamptz('window_start', ({ place }) => finite(place.window.startMicros)),
];

/** In the order of tenant and id, as in every transaction. The rest of the key says that it is the counter that had this id. */
const lockSql = `
select given.index, kept.spent, kept.reserved, kept.overrun, kept.expired_unsettled, kept.raised, encode(kept.key_hash, 'hex') as key_hash,
  (extract(epoch from kept.counts_from) * 1000000)::bigint as counts_from_micros,
  (extract(epoch from kept.rolled_to) * 1000000)::bigint as rolled_to_micros
from ${unnestOf(lockColumns)} as given (${namesOf(lockColumns)})
join tollgate_data.counters as kept on kept.tenant = given.tenant and kept.id = given.id
where kept.budget_id = given.budget_id and kept.window_start = coalesce(given.window_start, '-infinity')
order by kept.tenant, kept.id
for update of kept`;

interface StoredCounter extends AmountTexts {
  readonly index: number;
  readonly raised: string;
  readonly key_hash: string;
  readonly counts_from_micros: string;
  readonly rolled_to_micros: string | null;
}

/** Locks the counters until the transaction ends. One that is no longer there is left out. */
export async function lockRows(client: Queries, counters: readonly NamedCounter[]): Promise<readonly LockedRow[]> {
  const indexed = counters.map((counter, index) => ({ ...counter, index }));
  const rows = await client.query<StoredCounter>(lockSql, encodeColumns(lockColumns, indexed));
  return rows.flatMap((row) => {
    const named = counters[row.index];
    if (named === undefined || row.key_hash !== hash('md5', named.place.key.text)) return [];
    const { unit } = named.place.inForce.budget.limit;
    return [
      {
        place: named.place,
        id: named.id,
        ...amountsOfTexts(unit, row),
        raised: amountOfText(unit, row.raised),
        countsFromMicros: Number(row.counts_from_micros),
        rolledToMicros: row.rolled_to_micros === null ? null : Number(row.rolled_to_micros),
      },
    ];
  });
}
