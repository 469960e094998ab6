import type { BudgetInForce } from '../../src/policy/policy.ts';
import { databaseMicros } from '../gate/policyLock.ts';
import { Windows } from '../gate/windows.ts';
import type { Queries } from '../store/database.ts';
import { type CounterNow, readCounters, unusedCounter } from './readCounters.ts';

/** The windows of now; remembered, since most questions are about the same. */
const windows = new Windows();

/** Whether all that a budget counts is in one counter. */
export function hasOneCounter({ budget: { per, window } }: BudgetInForce): boolean {
  return per.length === 0 && window.kind !== 'run' && window.kind !== 'session';
}

/** By budget, the counter in force of those that have one; unused where no call has counted in it. */
export async function readSingleCounters(
  database: Queries,
  tenant: string,
  budgets: readonly BudgetInForce[],
): Promise<ReadonlyMap<number, CounterNow>> {
  const single = budgets.filter(hasOneCounter);
  if (single.length === 0) return new Map();
  const nowMicros = await databaseMicros(database);
  const known = await windows.ensure(
    database,
    single.map(({ budget: { window, timezone } }) => ({ window, timezone, atMicros: nowMicros })),
  );
  const read = await readCounters(database, { tenant, budgets: single, nowMicros, key: {}, after: null, limit: 1 });
  const found = new Map(read.map(({ counter }) => [counter.inForce.id, counter]));
  return new Map(
    single.map((inForce) => {
      const { window, timezone } = inForce.budget;
      const unused = (): CounterNow => unusedCounter(inForce, tenant, known.of(window, timezone, nowMicros), nowMicros);
      return [inForce.id, found.get(inForce.id) ?? unused()];
    }),
  );
}
