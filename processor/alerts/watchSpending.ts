import { hash } from 'node:crypto';
import type { PolicyStore } from '../gate/policyStore.ts';
import { databaseMicros } from '../gate/policyLock.ts';
import { runRounds } from '../rounds.ts';
import type { Database, Queries } from '../store/database.ts';
import type { Alerts } from './alerts.ts';
import { alertsOfBaseline, alertsOfCounters, alertsOfHour, HOUR_MICROS, startOf } from './findAnomalies.ts';
import type { NewAlert } from './newAlert.ts';
import { selectNextTenant } from './statements/selectNextTenant.ts';

interface WatchTimes {
  readonly firstMs: number;
  readonly intervalMs: number;
  /** Comparing with the days before reads more, and is done in one round of so many. */
  readonly baselineRounds: number;
}

const TIMES: WatchTimes = { firstMs: 30_000, intervalMs: 60_000, baselineRounds: 10 };

export interface WatchParts {
  readonly database: Database;
  readonly policies: Pick<PolicyStore, 'snapshot'>;
  readonly alerts: Alerts;
  readonly onFault: (fault: unknown) => void;
  readonly times?: WatchTimes;
  /** Microseconds since 1970; the database's clock where nothing else is given. */
  readonly now?: (queries: Queries) => Promise<number>;
}

/** Looks for anomalies again and again. A failure is told and the next round tries again. */
export function watchSpending(parts: WatchParts): { stop(): Promise<void> } {
  const { times = TIMES } = parts;
  let rounds = 0;
  return runRounds(
    async (isStopped) => {
      const hasBaseline = rounds % times.baselineRounds === 0;
      rounds += 1;
      await watchOnce(parts, { hasBaseline, isStopped });
    },
    { firstMs: times.firstMs, waitMs: () => times.intervalMs, onFault: parts.onFault },
  );
}

interface Round {
  readonly hasBaseline: boolean;
  readonly isStopped: () => boolean;
}

/** One round over all counters and tenants, in short transactions. Of replicas each looks at what no other is looking at. */
async function watchOnce(parts: WatchParts, { hasBaseline, isStopped }: Round): Promise<void> {
  const { database, policies, alerts, now = databaseMicros } = parts;
  const policy = await policies.snapshot();
  const atMicros = await now(database);
  const recordFound = (subject: string, find: (client: Queries) => Promise<readonly NewAlert[]>): Promise<void> =>
    database.transaction(async (client) => {
      if (await isFirst(client, subject)) await alerts.record(client, await find(client));
    });
  await recordFound('', (client) => alertsOfCounters(client, policy, atMicros));
  const since = startOf(atMicros, HOUR_MICROS) - HOUR_MICROS;
  let next = await selectNextTenant(database, '', since);
  while (next !== null && !isStopped()) {
    const { tenant } = next;
    if (next.is_active) {
      await recordFound(tenant, async (client) => [
        ...(await alertsOfHour(client, tenant, atMicros)),
        ...(hasBaseline ? await alertsOfBaseline(client, tenant, atMicros) : []),
      ]);
    }
    next = await selectNextTenant(database, tenant, since);
  }
}

/** The key space of advisory locks on what is watched. */
const WATCH_LOCK = 1_952_539_503;

/** Until the transaction ends nobody else looks at this tenant, or at the counters (''). */
async function isFirst(client: Queries, subject: string): Promise<boolean> {
  const number = hash('md5', subject, 'buffer').readInt32BE();
  const [row] = await client.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1, $2) as taken', [
    WATCH_LOCK,
    number,
  ]);
  return row?.taken === true;
}
