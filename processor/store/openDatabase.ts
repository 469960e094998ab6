import type { Database } from './database.ts';
import { openEmbedded } from './embeddedDatabase.ts';
import { openPostgres } from './postgresDatabase.ts';

export interface StorePlace {
  /** A PostgreSQL connection URL; without one the store is embedded in `dataDir`. */
  readonly databaseUrl?: string | null | undefined;
  readonly dataDir: string;
}

/** Opens the store; `migrate` makes or checks its schema. */
export function openDatabase(place: StorePlace): Promise<Database> {
  return place.databaseUrl === undefined || place.databaseUrl === null
    ? openEmbedded(place.dataDir)
    : openPostgres(place.databaseUrl);
}
