import { setMaxListeners } from 'node:events';
import type { Log } from '../log.ts';
import { runRounds } from '../rounds.ts';
import type { Database } from '../store/database.ts';
import { RETRY_DELAYS_MS } from './backoff.ts';
import type { Delivery } from './delivery.ts';
import { EndedAttempts } from './endedAttempts.ts';
import type { AlertEndpoint } from './endpoint.ts';
import { EndpointWorker, type DeliveryOutcome } from './endpointWorker.ts';
import { claimDeliveries } from './statements/claimDeliveries.ts';
import { endUnknownDeliveries } from './statements/endDeliveries.ts';

export interface DeliveryTimes {
  readonly pollMs: number;
  /** Of one attempt. Standard Webhooks: 15 to 30 s. */
  readonly timeoutMs: number;
  /** After it a delivery whose taker did not come back is taken by another; longer than the timeout. */
  readonly visibilityMs: number;
  readonly retryDelaysMs: readonly number[];
  /** How long attempts in flight may still take when the service stops. */
  readonly graceMs: number;
}

const TIMES: DeliveryTimes = {
  pollMs: 1_000,
  timeoutMs: 15_000,
  visibilityMs: 60_000,
  retryDelaysMs: RETRY_DELAYS_MS,
  graceMs: 2_000,
};

/** Deliveries taken at once, and so posts in flight. */
const CLAIMED_MAX = 20;
const UNKNOWN_WAIT_MS = 86_400_000;
const UNKNOWN_ROUND_MS = 3_600_000;

export interface DeliveryParts {
  readonly database: Database;
  readonly endpoints: readonly AlertEndpoint[];
  readonly nowMs: () => number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Once an attempt. */
  readonly onOutcome: (outcome: DeliveryOutcome) => void;
  readonly onFault: (fault: unknown) => void;
  readonly times?: DeliveryTimes;
  readonly random?: () => number;
}

/**
 * Delivers alerts as they become due, each at least once: a delivery is done when the receiver said so, and one whose answer
 * is lost is sent again under the same id. Each endpoint is served on its own, so that a slow one delays itself alone.
 */
export function deliverRepeatedly(parts: DeliveryParts): { stop(): Promise<void> } {
  const { database, endpoints, nowMs, times = TIMES, random = Math.random } = parts;
  const aborting = new AbortController();
  // Each post in flight listens.
  setMaxListeners(0, aborting.signal);
  const ended = new EndedAttempts(database);
  const workers = new Map(
    endpoints.map((endpoint) => [
      endpoint.id,
      new EndpointWorker(endpoint, { ...parts, ended, times, random, signal: aborting.signal }),
    ]),
  );
  const ids = [...workers.keys()];
  const working = new Set<Promise<void>>();
  let unknownDueMs = nowMs() + UNKNOWN_ROUND_MS;

  async function claim(): Promise<void> {
    const free = ids.filter((id) => workers.get(id)?.isFree(nowMs()));
    if (free.length === 0) return;
    const claimed = await claimDeliveries(database, free, { limit: CLAIMED_MAX, visibilityMs: times.visibilityMs });
    for (const id of new Set(claimed.map(({ endpoint }) => endpoint))) {
      work(
        id,
        claimed.filter(({ endpoint }) => endpoint === id),
      );
    }
  }

  function work(id: string, deliveries: readonly Delivery[]): void {
    const done = (workers.get(id)?.deliver(deliveries) ?? Promise.resolve()).catch(parts.onFault).finally(() => {
      working.delete(done);
      // There may be more for it.
      rounds.hasten();
    });
    working.add(done);
  }

  async function endUnknown(): Promise<void> {
    if (nowMs() < unknownDueMs) return;
    unknownDueMs = nowMs() + UNKNOWN_ROUND_MS;
    const count = await endUnknownDeliveries(database, ids, UNKNOWN_WAIT_MS);
    if (count > 0)
      parts.log.warn({ deliveries: count }, 'alerts for endpoints that are not in the configuration ended');
  }

  async function round(): Promise<void> {
    await claim();
    await endUnknown();
  }

  const rounds = runRounds(round, { waitMs: () => times.pollMs, onFault: parts.onFault });
  return {
    async stop() {
      await rounds.stop();
      const grace = setTimeout(() => aborting.abort(), times.graceMs);
      await Promise.all(working);
      clearTimeout(grace);
    },
  };
}
