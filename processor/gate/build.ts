import { type BudgetInForce, Policy } from '../../src/policy/policy.ts';
import type { Queries } from '../store/database.ts';
import { lockCounters } from './counters.ts';
import { sumPostings } from './sumPostings.ts';
import type { Windows } from './windows.ts';

/**
 * Makes the counters of new budgets from the calls and reservations there are, page by page. The transaction holds the policy lock
 * alone: what is posted from its commit on is posted to these counters too.
 */
export async function buildCounters(
  client: Queries,
  windows: Windows,
  budgets: readonly BudgetInForce[],
  nowMicros: number,
): Promise<void> {
  if (budgets.length === 0) return;
  const [first] = budgets;
  const isOfOneTenant = budgets.every(({ tenant }) => tenant === first?.tenant);
  const policy = new Policy(0, budgets);
  // A month of calls is added up by one statement.
  await client.query('set local statement_timeout = 0');
  const pages = sumPostings(client, {
    tenant: isOfOneTenant ? (first?.tenant ?? null) : null,
    fromMicros: Math.min(...budgets.map(({ countsFromMicros }) => countsFromMicros)),
    budgets: budgets.map(({ budget }) => budget),
    edgesMicros: budgets.map(({ countsFromMicros }) => countsFromMicros),
  });
  for await (const postings of pages) {
    const counters = await lockCounters(client, policy, windows, postings, nowMicros);
    for (const posting of postings) counters.apply({ sign: 1, posting });
    await counters.write(client);
  }
}
