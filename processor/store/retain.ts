import { closeDay, type DayClosing } from './closeDay.ts';
import type { Database } from './database.ts';
import { closeBefore, isoDate } from './partitions.ts';
import { countPages, deleteEndedRows, ENDING_TABLES, type EndingTable } from './statements/deleteEndedRows.ts';
import { selectPartitionDays } from './statements/selectPartitionDays.ts';

export type RetentionStep =
  | DayClosing
  | { readonly kind: 'deleted'; readonly table: EndingTable; readonly rows: number };

const DAY_MS = 86_400_000;
/**
 * A span that was admitted at the last moment is committed, and its trace's spans of the day after come, while the day is
 * still there. Clocks of replicas may differ by as much.
 */
const GRACE_DAYS = 1;
/** One megabyte, some ten thousand rows, in one transaction. */
const PAGES_A_BATCH = 128;

/** The first day (UTC, `YYYY-MM-DD`) that stays: those before it lie wholly before now, less the retention and the grace. */
export function firstDayKept(nowMs: number, retentionDays: number): string {
  return isoDate(Math.floor(nowMs / DAY_MS) - retentionDays - GRACE_DAYS);
}

/**
 * One round of retention: closes the days that are past it, the oldest first, then deletes the rows about traces that ended
 * before the first day that is still there. Yields after each transaction; whoever asks for no more stops it there.
 */
export async function* retain(
  database: Database,
  { nowMs, retentionDays }: { readonly nowMs: number; readonly retentionDays: number },
): AsyncGenerator<RetentionStep, void, undefined> {
  const kept = firstDayKept(nowMs, retentionDays);
  await closeBefore(database, kept);
  for (const day of (await selectPartitionDays(database)).filter((each) => each < kept)) {
    const closing = await closeDay(database, day, new Date(nowMs));
    yield closing;
    // Who waits for this lock holds up all others: not again at once.
    if (closing.kind === 'busy') return;
  }
  const [oldest = kept] = await selectPartitionDays(database);
  yield* deleteEnded(database, oldest < kept ? oldest : kept);
}

/** What ended before `day` has no row left in any partition. Done once a day, by whichever replica comes first. */
async function* deleteEnded(database: Database, day: string): AsyncGenerator<RetentionStep, void, undefined> {
  const [due] = await database.query(
    'select 1 as one from tollgate_data.closing_date where traces_before is null or traces_before < $1::date',
    [day],
  );
  if (due === undefined) return;
  for (const table of ENDING_TABLES) {
    const pages = await countPages(database, table);
    for (let from = 0; from < pages; from += PAGES_A_BATCH) {
      const rows = await deleteEndedRows(database, table, { from, to: from + PAGES_A_BATCH }, day);
      yield { kind: 'deleted', table, rows };
    }
  }
  await database.query('update tollgate_data.closing_date set traces_before = greatest(traces_before, $1::date)', [
    day,
  ]);
}
