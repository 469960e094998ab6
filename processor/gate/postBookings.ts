import type { SignedPosting } from '../../src/policy/posting.ts';
import type { Policy } from '../../src/policy/policy.ts';
import type { Alerts } from '../alerts/alerts.ts';
import { alertsOfChanges } from '../alerts/alertsOfChanges.ts';
import type { Queries } from '../store/database.ts';
import { lockCounters } from './counters.ts';
import { databaseMicros } from './policyLock.ts';
import type { PolicyStore } from './policyStore.ts';
import type { Windows } from './windows.ts';

/** The budgets that ingest posts to. */
export interface IngestBudgets {
  readonly policies: PolicyStore;
  readonly windows: Windows;
  readonly alerts: Alerts;
}

/** The last that a commit locks: what it booked, in every counter that counts it, and what that sets off. */
export async function post(
  client: Queries,
  { windows, alerts }: Pick<IngestBudgets, 'windows' | 'alerts'>,
  policy: Policy,
  postings: readonly SignedPosting[],
): Promise<void> {
  if (policy.budgets.length === 0 || postings.length === 0) return;
  const nowMicros = await databaseMicros(client);
  const asked = postings.map(({ posting: { facts, atMicros } }) => ({ facts, atMicros }));
  const counters = await lockCounters(client, policy, windows, asked, nowMicros);
  for (const signed of postings) counters.apply(signed);
  await counters.write(client);
  await alerts.record(client, alertsOfChanges(counters.changes(), nowMicros));
}
