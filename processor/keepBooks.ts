import type { Config } from './config.ts';
import type { Log } from './log.ts';
import type { Budgets } from './openGate.ts';
import { retainRepeatedly } from './retainRepeatedly.ts';
import { settleRepeatedly } from './settleRepeatedly.ts';
import { createStore, type Store } from './store/createStore.ts';
import type { Database } from './store/database.ts';
import type { SharedDatabase } from './store/shares.ts';
import type { Telemetry } from './telemetry.ts';

interface BookParts {
  readonly config: Pick<Config, 'settleDelayMs' | 'retentionDays'>;
  readonly shared: SharedDatabase;
  readonly telemetry: Telemetry;
  readonly log: Log;
  readonly opened: { push(close: () => Promise<void>): unknown };
  readonly budgets: Budgets;
}

/** The store, and what is done to it without being asked: agents' totals settled, old days closed. */
export function keepBooks(
  { config, shared, telemetry, log, opened, budgets }: BookParts,
  onFault: (part: string) => (fault: unknown) => void,
): Store {
  const { settleDelayMs, retentionDays } = config;
  const store = createStore(timeCommits(shared.ingest, telemetry), {
    settleDelayMs,
    budgets,
    onSettled: ({ conflicts, redecided }) => {
      telemetry.providerIdConflicts.inc(conflicts);
      telemetry.callsRedecided.inc(redecided);
    },
    onRefused: (reason) => telemetry.exportsRefused.inc({ reason }),
  });
  opened.push(() => store.close());
  const settling = settleRepeatedly(store, settleDelayMs, onFault('settle'));
  opened.push(() => settling.stop());
  const onRetentionFault = onFault('retention');
  const retaining = retainRepeatedly({
    database: shared.upkeep,
    retentionDays,
    nowMs: Date.now,
    telemetry,
    log,
    onFault: onRetentionFault,
  });
  opened.push(() => retaining.stop());
  return store;
}

function timeCommits(database: Database, telemetry: Telemetry): Database {
  return {
    ...database,
    async transaction(work) {
      const stopTimer = telemetry.transactionSeconds.startTimer();
      try {
        return await database.transaction(work);
      } finally {
        stopTimer();
      }
    },
  };
}
