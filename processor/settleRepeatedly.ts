import { runRounds } from './rounds.ts';
import type { Store } from './store/createStore.ts';

/** A total is charged at most this much later than its delay says. */
const INTERVAL_MS_MAX = 5_000;
const INTERVAL_MS_MIN = 250;

/** Charges agents' totals as their settle delay passes. A failure is told and the next round tries again. */
export function settleRepeatedly(
  store: Pick<Store, 'settle' | 'maySettle'>,
  settleDelayMs: number,
  onFault: (fault: unknown) => void,
): { stop(): Promise<void> } {
  const intervalMs = Math.min(Math.max(settleDelayMs / 4, INTERVAL_MS_MIN), INTERVAL_MS_MAX);
  return runRounds(
    async (isStopped) => {
      while (!isStopped() && store.maySettle() && (await store.settle()) > 0);
    },
    { firstMs: intervalMs, waitMs: () => intervalMs, onFault },
  );
}
