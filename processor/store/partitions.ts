import type { Database } from './database.ts';
import { DAY_MICROS } from './rollUp.ts';

const DAY_MS = 86_400_000;

const PARTITIONED = ['spans', 'calls', 'ledger'] as const;
/** Any number, the same in every replica. */
const ADVISORY_LOCK = 7_405_117_002n;

/** Makes daily partitions before rows need them. */
export interface Partitions {
  /** Makes those of the days that hold the starts given, where they are missing. */
  ensure(startsMicros: Iterable<number>): Promise<void>;
}

export function createPartitions(database: Database): Partitions {
  const known = new Set<number>();
  return {
    async ensure(startsMicros) {
      for (const startMicros of startsMicros) {
        const day = Math.floor(startMicros / DAY_MICROS);
        if (known.has(day)) continue;
        await makeDay(database, day);
        known.add(day);
      }
    },
  };
}

async function makeDay(database: Database, day: number): Promise<void> {
  const from = isoDate(day);
  const to = isoDate(day + 1);
  for (const table of PARTITIONED) {
    const partition = `tollgate_data.${table}_${from.replaceAll('-', '')}`;
    await database.transaction(async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
      const [found] = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
        partition,
      ]);
      if (found?.exists === true) return;
      // ATTACH lets writers of the other days go on; CREATE … PARTITION OF would stop them all.
      await client.query(`create table ${partition} (like tollgate_data.${table} including all)`);
      await client.query(
        `alter table tollgate_data.${table} attach partition ${partition} for values from ('${from} 00:00:00+00') to ('${to} 00:00:00+00')`,
      );
    });
  }
}

function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
