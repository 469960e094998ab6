import type { CallRow } from '../api/callJson.ts';
import { type Filters, filterConditions } from '../api/facts.ts';
import { formatInstant } from '../api/instant.ts';
import type { Period } from '../api/period.ts';
import { callColumns, callSortKeys } from '../api/readCalls.ts';
import { isAfter, orderBy, positionColumns, positionOf, type SqlValues, sqlValues } from '../api/sqlText.ts';
import { NO_DIMENSION } from '../../src/ledger.ts';
import type { Queries } from '../store/database.ts';

/** Calls that one statement reads, whether they are wanted or not: some 50 ms where all of them are, and 4 MB of rows in memory. */
const SCANNED_CALLS_MAX = 2_000;
/** On the embedded store, which answers others between two statements and takes four times as long for a row: some 50 ms too. */
const SCANNED_CALLS_MAX_EMBEDDED = 500;

export interface ScanQuestion extends Period {
  readonly tenant: string;
  readonly filters: Filters;
}

interface ScannedRow extends CallRow {
  readonly is_wanted: boolean;
  /** Of the page, the same in every row. */
  readonly scanned: string;
}

/** The charged calls by start, page by page. Each page is of its own moment: what is stored meanwhile behind it is in, what is before it is not. */
export async function* scanCalls(
  database: Queries,
  question: ScanQuestion,
  pageCalls: number = database.rowsBound === undefined ? SCANNED_CALLS_MAX : SCANNED_CALLS_MAX_EMBEDDED,
): AsyncGenerator<readonly CallRow[]> {
  const keys = callSortKeys('started_at');
  let after: readonly string[] | null = null;
  for (;;) {
    const { text, values } = scanStatement(question, after, pageCalls);
    const rows: (ScannedRow & Record<string, unknown>)[] = await database.query(text, values);
    const last = rows.at(-1);
    const wanted = rows.filter(({ is_wanted }) => is_wanted);
    if (wanted.length > 0) yield wanted;
    if (last === undefined || Number(last.scanned) < pageCalls) return;
    after = positionOf(last, keys);
  }
}

/**
 * Reads so many calls on from the position and then filters them: however rare the wanted ones are, no statement reads more. The
 * last call comes with them in any case, because the next page begins after it.
 */
function scanStatement(question: ScanQuestion, after: readonly string[] | null, pageCalls: number) {
  const sql = sqlValues();
  const keys = callSortKeys('started_at');
  const order = orderBy(keys);
  const read = [
    `tenant = ${sql.add(question.tenant)}::text`,
    `started_at >= ${sql.add(formatInstant(question.from))}::timestamptz`,
    `started_at < ${sql.add(formatInstant(question.to))}::timestamptz`,
    ...oneSession(question.filters, sql),
    ...(after === null ? [] : [isAfter(keys, after, sql)]),
  ];
  const wanted = [`charge = 'charged'`, ...filterConditions(question.filters, sql)];
  const text = `
with scanned as (
  select * from tollgate_data.calls where ${read.join(' and ')} order by ${order} limit ${sql.add(pageCalls)}::int
), judged as (
  select *, coalesce(${wanted.join(' and ')}, false) as is_wanted, count(*) over () as scanned,
    row_number() over (order by started_at desc, trace_id desc, span_id desc) as from_end
  from scanned
)
select ${callColumns}, ${positionColumns(keys).join(', ')}, is_wanted, scanned
from judged where is_wanted or from_end = 1 order by ${order}`;
  return { text, values: sql.values };
}

/** The one filter with an index that keeps the order of the starts. */
function oneSession({ dimensions }: Filters, sql: SqlValues): string[] {
  const [session, ...others] = dimensions.get('session') ?? [];
  if (session === undefined || session === NO_DIMENSION || others.length > 0) return [];
  return [`session_id = ${sql.add(session)}::text`];
}
