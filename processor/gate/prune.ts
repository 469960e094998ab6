import type { BudgetInForce } from '../../src/policy/policy.ts';
import { bucketMicros } from '../../src/policy/rolling.ts';
import { type Column, encodeColumns, int8, namesOf, timestamptz, unnestOf } from '../store/columns.ts';
import type { Database, Queries } from '../store/database.ts';
import { readPolicy } from './budgetRows.ts';
import { advanceEpoch, databaseMicros, readEpoch, seizePolicy } from './policyLock.ts';
import { pruneHistory } from './pruneHistory.ts';
import { pruneReservations } from './pruneReservations.ts';
import { removeCounters, type Removed } from './removeCounters.ts';
import { removeStrayCounters } from './strayCounters.ts';
import { type KnownWindows, Windows } from './windows.ts';

const DAY_MICROS = 86_400_000_000;
const HOUR_MICROS = 3_600_000_000;
const MICROS_A_MS = 1000;
/** A call may come as a span days after it was made: the month in which it was decided still counts it. */
const ENDED_KEPT_MICROS = 35 * DAY_MICROS;
const IDLE_KEPT_MICROS = 30 * DAY_MICROS;
/** A posting's instant may be minutes after its commit, and the clocks of two transactions apart. */
const MARGIN_MICROS = HOUR_MICROS;

export interface PruneStep {
  readonly table: 'counters' | 'reservations' | 'approvals' | 'budget_raises' | 'alerts';
  readonly rows: number;
}

/** Up to where a budget's counters are removed. */
interface Floor extends Removed {
  readonly id: number;
}

/**
 * One round: removes counters that no decision will ask for again, what is left of budgets that are no more, and rows whose time is
 * over. Yields after each statement; whoever asks for no more stops it there.
 */
export async function* prune(database: Database): AsyncGenerator<PruneStep, void, undefined> {
  const nowMicros = await databaseMicros(database);
  const { budgets } = await readPolicy(database, await readEpoch(database));
  const due = await selectDue(database, await floorsOf(database, budgets, nowMicros));
  await raiseFloors(database, due);
  for (const { id, ...removed } of due) {
    for await (const rows of removeCounters(database, id, removed)) yield { table: 'counters', rows };
  }
  for await (const rows of removeStrayCounters(database)) yield { table: 'counters', rows };
  for await (const rows of pruneReservations(database, budgets, nowMicros)) yield { table: 'reservations', rows };
  yield* pruneHistory(database, nowMicros);
}

async function floorsOf(
  database: Queries,
  budgets: readonly BudgetInForce[],
  nowMicros: number,
): Promise<readonly Floor[]> {
  const endedMicros = nowMicros - ENDED_KEPT_MICROS;
  const known = await new Windows().ensure(
    database,
    budgets.map(({ budget: { window, timezone } }) => ({ window, timezone, atMicros: endedMicros })),
  );
  return budgets.map((inForce) => ({ id: inForce.id, ...removedOf(inForce, known, nowMicros) }));
}

function removedOf({ budget: { window, timezone } }: BudgetInForce, known: KnownWindows, nowMicros: number): Removed {
  switch (window.kind) {
    case 'run':
    case 'session':
      return { idleMicros: nowMicros - IDLE_KEPT_MICROS };
    case 'rolling':
      // All that it ever counted has left it, so one made anew is the same.
      return { idleMicros: nowMicros - window.ms * MICROS_A_MS - 2 * bucketMicros(window.ms) - MARGIN_MICROS };
    case 'hour':
    case 'day':
    case 'week':
    case 'month':
      return { endedMicros: known.of(window, timezone, nowMicros - ENDED_KEPT_MICROS).startMicros };
  }
}

const columns: readonly Column<Floor>[] = [
  int8('budget_id', ({ id }) => id),
  timestamptz('ended', ({ endedMicros }) => endedMicros ?? null),
  timestamptz('idle', ({ idleMicros }) => idleMicros ?? null),
];

const dueSql = `
select budget_id from ${unnestOf(columns)} as given (${namesOf(columns)})
where exists (select from tollgate_data.counters as kept where kept.budget_id = given.budget_id and kept.window_end <= given.ended)
  or exists (select from tollgate_data.counters as kept
    where kept.budget_id = given.budget_id and kept.window_end = 'infinity' and kept.updated_at < given.idle
      and (kept.reserved = 0 or kept.rolled_to is not null))`;

async function selectDue(client: Queries, floors: readonly Floor[]): Promise<readonly Floor[]> {
  if (floors.length === 0) return [];
  const rows = await client.query<{ budget_id: string }>(dueSql, encodeColumns(columns, floors));
  const due = new Set(rows.map(({ budget_id }) => Number(budget_id)));
  return floors.filter(({ id }) => due.has(id));
}

/** What is before its floor goes nowhere, so that a counter that was removed is not begun again with a part of what it had. */
const floorsSql = `
update tollgate_data.budgets as kept
set counts_from = greatest(kept.counts_from, given.ended),
  idle_from = greatest(kept.idle_from, given.idle + interval '${MARGIN_MICROS} microseconds')
from ${unnestOf(columns)} as given (${namesOf(columns)})
where kept.budget_id = given.budget_id`;

/** Nobody posts meanwhile, and who posts afterwards knows the floors: only then counters are removed. */
async function raiseFloors(database: Database, due: readonly Floor[]): Promise<void> {
  if (due.length === 0) return;
  await database.transaction(async (client) => {
    await seizePolicy(client);
    await client.query(floorsSql, encodeColumns(columns, due));
    await advanceEpoch(client);
  });
}
