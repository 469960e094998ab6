import type { Database } from '../store/database.ts';
import type { Alerts } from './alerts.ts';

export interface WatchParts {
  readonly database: Database;
  readonly alerts: Alerts;
  readonly onFault: (fault: unknown) => void;
}

/** Looks for anomalies every minute. */
export function watchSpending(parts: WatchParts): { stop(): Promise<void> } {
  throw new Error(String(parts));
}
