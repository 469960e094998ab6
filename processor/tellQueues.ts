import type { Store } from './store/createStore.ts';
import { type SharedDatabase, shares } from './store/shares.ts';
import type { Telemetry } from './telemetry.ts';

/** What waits at this moment, for whoever reads `/metrics`. */
export function tellQueues(
  telemetry: Pick<Telemetry, 'queuedSpans' | 'expectedWaitSeconds' | 'storeWaiting'>,
  store: Pick<Store, 'queue'>,
  shared: Pick<SharedDatabase, 'waiting'>,
): void {
  const { queuedSpans, expectedWaitMs } = store.queue();
  telemetry.queuedSpans.set(queuedSpans);
  telemetry.expectedWaitSeconds.set(expectedWaitMs / 1000);
  for (const share of shares) telemetry.storeWaiting.set({ share }, shared.waiting(share));
}
