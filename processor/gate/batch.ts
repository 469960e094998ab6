import type { Alerts } from '../alerts/alerts.ts';
import { encodeColumns, namesOf, unnestOf } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { lockApprovals } from './approvals.ts';
import { Books, Held } from './books.ts';
import { lockCounters } from './counters.ts';
import type { Outcome } from './lane.ts';
import { type Names, type Operation, type Place, turns } from './operation.ts';
import type { PolicyStore } from './policyStore.ts';
import { type DecisionName, keyColumns, type KeyName, lockReservations } from './reservations.ts';
import type { Windows } from './windows.ts';

export interface BatchParts {
  readonly policies: PolicyStore;
  readonly windows: Windows;
  readonly alerts: Alerts;
}

/**
 * All operations of a batch in one transaction: locks in the order that docs/gate.md gives, then arithmetic, then writes.
 * Of those that fail on their own the outcome says so; what it throws concerns all of them.
 */
export async function runBatch(
  client: Queries,
  { policies, windows, alerts }: BatchParts,
  operations: readonly Operation<unknown>[],
  isRepeated: boolean,
): Promise<readonly Outcome<unknown>[]> {
  const policy = await policies.current(client);
  const names = unite(operations.map((operation) => operation.names(isRepeated)));
  const { nowMicros, isAnyWaiting, keyed } = await readClock(client, names.keys);
  const reservations = await lockReservations(client, [...names.reservations, ...keyed]);
  const isApprovalAsked = isAnyWaiting || names.approvals.length > 0;
  const approvals = isApprovalAsked ? await lockApprovals(client, names.approvals, names.keys) : [];
  const held = new Held(reservations, approvals);
  const outcomes: (Outcome<unknown> | null)[] = operations.map(() => null);
  const places: Place[] = [];
  operations.forEach((operation, index) => {
    const found = attempt(() => operation.places(held, policy, nowMicros));
    if (found.ok) places.push(...found.answer);
    else outcomes[index] = found;
  });
  const counters = await lockCounters(client, policy, windows, places, nowMicros);
  const books = new Books(nowMicros, policy, held, counters);
  applyAll(books, operations, outcomes);
  await books.write(client, alerts);
  return outcomes.map((outcome) => outcome ?? { ok: false, fault: new Error('the operation has no turn') });
}

function applyAll(
  books: Books,
  operations: readonly Operation<unknown>[],
  outcomes: (Outcome<unknown> | null)[],
): void {
  for (const turn of turns) {
    operations.forEach((operation, index) => {
      if (operation.turn !== turn || outcomes[index] !== null) return;
      const outcome = attempt(() => operation.apply(books));
      if (!outcome.ok && books.isTorn) throw outcome.fault;
      outcomes[index] = outcome;
    });
  }
}

function attempt<Answer>(work: () => Answer): Outcome<Answer> {
  try {
    return { ok: true, answer: work() };
  } catch (fault) {
    return { ok: false, fault };
  }
}

function unite(all: readonly Names[]): Names {
  return {
    reservations: all.flatMap(({ reservations }) => reservations),
    approvals: all.flatMap(({ approvals }) => approvals),
    keys: all.flatMap(({ keys }) => keys),
  };
}

const clockSql = `
with given as (select * from ${unnestOf(keyColumns)} as given (${namesOf(keyColumns)}))
select (extract(epoch from clock_timestamp()) * 1000000)::bigint as now_micros, exists (
  select from given join tollgate_data.approvals as kept
    on kept.tenant = given.tenant and kept.idempotency_key = given.key and kept.state = 'waiting'
) as is_any_waiting, (
  select jsonb_agg(jsonb_build_object('tenant', kept.tenant, 'id', kept.id))
  from given join tollgate_data.reservations as kept on kept.tenant = given.tenant and kept.idempotency_key = given.key
) as keyed`;

export interface Clock {
  /** The instant of all that the transaction decides. */
  readonly nowMicros: number;
  /** Whether one of the keys waits for a person, which is rare. */
  readonly isAnyWaiting: boolean;
  /** The reservations made under the keys, before any is locked. */
  readonly keyed: readonly DecisionName[];
}

export async function readClock(client: Queries, keys: readonly KeyName[]): Promise<Clock> {
  const [row] = await client.query<{
    now_micros: string;
    is_any_waiting: boolean;
    keyed: readonly DecisionName[] | null;
  }>(clockSql, encodeColumns(keyColumns, keys));
  if (row === undefined) throw new Error('expected one row of the clock, found none');
  return { nowMicros: Number(row.now_micros), isAnyWaiting: row.is_any_waiting, keyed: row.keyed ?? [] };
}
