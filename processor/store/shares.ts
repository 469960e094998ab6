import type { Database } from './database.ts';

/**
 * Who uses the store, each with connections of its own on PostgreSQL and turns of its own on the embedded session, so that
 * none waits for what another does:
 * `access` looks up keys and asks whether the store is there, which every request waits for; `gate` decides; `ingest` commits
 * exports; `upkeep` is what nobody waits for (retention, alerts, commands); `questions` are the API's.
 */
export const shares = ['access', 'gate', 'ingest', 'upkeep', 'questions'] as const;
export type Share = (typeof shares)[number];

/** The store as the service uses it. */
export interface SharedDatabase extends Readonly<Record<Share, Database>> {
  readonly kind: Database['kind'];
  /** Statements and transactions of the share that wait for a connection, or for their turn. */
  waiting(share: Share): number;
  close(): Promise<void>;
}
