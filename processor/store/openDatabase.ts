import type { Database } from './database.ts';
import { type EmbeddedWatch, openEmbedded } from './embeddedDatabase.ts';
import { openPostgres } from './postgresDatabase.ts';

export interface StorePlace {
  /** A PostgreSQL connection URL; without one the store is embedded in `dataDir`. */
  readonly databaseUrl?: string | null | undefined;
  readonly dataDir: string;
  /** Of the embedded store, which may end itself and is opened again. */
  readonly watch?: EmbeddedWatch | undefined;
}

/** Opens the store; `migrate` makes or checks its schema. */
export function openDatabase(place: StorePlace): Promise<Database> {
  return place.databaseUrl === undefined || place.databaseUrl === null
    ? openEmbedded(place.dataDir, place.watch)
    : openPostgres(place.databaseUrl);
}
