import type { Database } from './database.ts';
import { analyzeGrown } from './embeddedStatistics.ts';

/** Between two looks at the write-ahead log: the question costs a fraction of a commit. */
const TRANSACTIONS_A_LOOK = 32;
/** Log after which a checkpoint is due: what has to be replayed after a kill, and about how large the log grows. */
const WAL_BYTES_A_CHECKPOINT = 64 * 1024 * 1024;

const rollups = ['rollup_daily', 'rollup_hourly', 'session_daily', 'run_daily'].map(
  (table) => `tollgate_data.${table}`,
);

export interface Upkept extends Database {
  /** From when it resolves until `resume`, no checkpoint removes segments of the log. */
  readonly holdLog: () => Promise<{ resume: () => void }>;
}

/**
 * Does after every so many transactions what background processes do in a server. PGlite has none: without checkpoints its
 * log would grow until the store is closed, and be replayed as a whole after a kill; without vacuum the old versions of
 * rollup rows would stay. Runs in the one session, between other queries.
 */
export function withUpkeep(database: Database): Upkept {
  let transactions = 0;
  let holds = 0;
  let upkeep = Promise.resolve();

  async function look(): Promise<void> {
    if (holds > 0) return;
    await analyzeGrown(database);
    const [log] = await database.query<{ bytes: string }>(
      'select pg_current_wal_lsn() - redo_lsn as bytes from pg_control_checkpoint()',
    );
    if (Number(log?.bytes) < WAL_BYTES_A_CHECKPOINT) return;
    await database.query('checkpoint');
    const [made] = await database.query<{ made: boolean }>('select to_regclass($1) is not null as made', [rollups[0]]);
    if (made?.made === true) await database.query(`vacuum (analyze) ${rollups.join(', ')}`);
  }

  return {
    async holdLog() {
      holds += 1;
      await upkeep;
      return { resume: () => void (holds -= 1) };
    },
    kind: database.kind,
    query: (text, values) => database.query(text, values),
    async transaction(work) {
      const result = await database.transaction(work);
      transactions += 1;
      // A failure here is met again at the next look, and what caused it (a full disk) by the next commit.
      if (transactions % TRANSACTIONS_A_LOOK === 0) upkeep = upkeep.then(look).catch(() => undefined);
      return result;
    },
    async close() {
      await upkeep;
      await database.close();
    },
  };
}
