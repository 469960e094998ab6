import { TollgateError } from '../../src/errors.ts';
import type { Database, Queries } from './database.ts';
import { DAY_MICROS } from './rollUp.ts';

const DAY_MS = 86_400_000;

/** The tables with a partition a day, in the order in which a commit uses them. */
export const PARTITIONED = ['calls', 'spans', 'ledger'] as const;
export type PartitionedTable = (typeof PARTITIONED)[number];

/** Any number, the same in every replica. Who makes partitions and who moves the closing date take turns. */
const ADVISORY_LOCK = 7_405_117_002n;
/** Sent again, the spans of the closed day are rejected one by one: this process knows of it then. */
const CLOSED_RETRY_SECONDS = 1;

/** Makes daily partitions before rows need them. */
export interface Partitions {
  /** Makes those of the days that hold the starts given, where they are missing. Throws `day_closed` for a day that retention closed. */
  ensure(startsMicros: Iterable<number>): Promise<void>;
  /** The closing date as far as it is known here: 0 before the first question, and never too late. */
  closedBeforeMicros(): number;
  /** A partition was not there though it was known: asks anew about every day. */
  forget(): void;
}

export function createPartitions(database: Database): Partitions {
  const known = new Set<number>();
  let closedBefore = 0;
  return {
    async ensure(startsMicros) {
      for (const startMicros of startsMicros) {
        const day = Math.floor(startMicros / DAY_MICROS);
        if (known.has(day)) continue;
        for (const table of PARTITIONED) {
          const made = await database.transaction((client) => makeDay(client, table, day));
          closedBefore = Math.max(closedBefore, made.closedBefore);
          if (made.isClosed) throw dayClosed(day, closedBefore);
        }
        known.add(day);
      }
    },
    closedBeforeMicros: () => closedBefore * DAY_MICROS,
    forget: () => known.clear(),
  };
}

export function partitionOf(table: PartitionedTable, isoDay: string): string {
  return `tollgate_data.${table}_${isoDay.replaceAll('-', '')}`;
}

/**
 * Moves the closing date to `isoDay`, never back. From its commit on no partition of an earlier day is made: what has been
 * dropped cannot be begun anew beside its closing balances.
 */
export async function closeBefore(database: Database, isoDay: string): Promise<void> {
  await database.transaction(async (client) => {
    await client.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await client.query(
      `insert into tollgate_data.closing_date as kept (closed_before) values ($1)
on conflict (is_only) do update set closed_before = greatest(kept.closed_before, excluded.closed_before)`,
      [isoDay],
    );
  });
}

interface MadeDay {
  readonly isClosed: boolean;
  /** Days since 1970. */
  readonly closedBefore: number;
}

async function makeDay(client: Queries, table: PartitionedTable, day: number): Promise<MadeDay> {
  const from = isoDate(day);
  const to = isoDate(day + 1);
  const partition = partitionOf(table, from);
  await client.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
  const [found] = await client.query<{ exists: boolean; closed_before: number }>(
    `select to_regclass($1) is not null as exists,
  coalesce((select closed_before - date '1970-01-01' from tollgate_data.closing_date), 0) as closed_before`,
    [partition],
  );
  const closedBefore = found?.closed_before ?? 0;
  // A day before the closing date that still has its partitions takes bookings until it is dropped.
  if (found?.exists === true) return { isClosed: false, closedBefore };
  if (day < closedBefore) return { isClosed: true, closedBefore };
  // ATTACH lets writers of the other days go on; CREATE … PARTITION OF would stop them all.
  await client.query(`create table ${partition} (like tollgate_data.${table} including all)`);
  await client.query(
    `alter table tollgate_data.${table} attach partition ${partition} for values from ('${from} 00:00:00+00') to ('${to} 00:00:00+00')`,
  );
  return { isClosed: false, closedBefore };
}

function dayClosed(day: number, closedBefore: number): TollgateError {
  return new TollgateError(
    'day_closed',
    `Spans of ${isoDate(day)} cannot be booked: retention has closed the days before ${isoDate(closedBefore)}. Sent again, they are rejected by themselves.`,
    { retryAfterSeconds: CLOSED_RETRY_SECONDS },
  );
}

/** `day` counts from 1970. */
export function isoDate(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
