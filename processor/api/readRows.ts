import type { Queries } from '../store/database.ts';
import { boundRows } from './boundRows.ts';
import { type EpochMicros, floorTo, MICROS_PER_DAY, parseInstant, trimInstant } from './instant.ts';
import { measuresOf, type SummedRow } from './measures.ts';
import { numerous, type RowField, rowFields, rowSegments, type RowsQuestion, rowsStatement } from './rowsStatement.ts';
import { positionOf } from './sqlText.ts';

/** A list reads up to three times, tells runs apart and collects names: some 7 µs a row where a sum takes 3. */
const LIST_ROW_WEIGHT = 2;

interface ListRow {
  readonly id: string;
  readonly cost_usd: string | null;
  readonly calls: number;
  readonly run_count: number;
  readonly total_tokens: number;
  readonly total_duration_seconds: number;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly agents: string[];
  readonly models: string[];
}

interface RowOnPage<Field extends RowField> {
  readonly row: Pick<ListRow, 'id' | Field>;
  readonly position: string[];
}

/** Beside the sums, what was asked for. */
interface Row extends SummedRow {
  readonly d0: string;
  readonly run_count: string;
  readonly first: string;
  readonly last: string;
  readonly agents: string[];
  readonly models: string[];
}

/** A page of a list, and one row more where there is one. */
export async function readRows<Field extends RowField>(
  database: Queries,
  question: RowsQuestion<Field>,
): Promise<RowOnPage<Field>[]> {
  const { tenant, filters, from, limit } = question;
  // Of the three readings that of runs has the most rows.
  await boundRows(database, {
    tenant,
    filters,
    segments: rowSegments(question, question, 'runs'),
    weight: LIST_ROW_WEIGHT,
  });
  const recent = recentFrom(question);
  if (recent > from) {
    const rows = await readPage(database, question, recent);
    if (rows.length > limit) return rows;
  }
  return readPage(database, question, from);
}

/**
 * Where the latest come first, the last day or two before the page's end have them: what was seen there was seen later than all that
 * was not. Only a page that this does not fill needs the whole period.
 */
function recentFrom({ sort, dimension, after, from, to }: RowsQuestion): EpochMicros {
  if (sort !== '-last_seen' || !numerous.has(dimension)) return from;
  const [last] = after ?? [];
  // The session's time zone is UTC: 2026-01-31 10:00:00.123456+00.
  const end = last === undefined ? to : (parseInstant(last.replace(' ', 'T').replace(/\+00$/, 'Z')) ?? from);
  return floorTo(end - MICROS_PER_DAY, MICROS_PER_DAY);
}

async function readPage<Field extends RowField>(
  database: Queries,
  question: RowsQuestion<Field>,
  rankedFrom: EpochMicros,
): Promise<RowOnPage<Field>[]> {
  const { text, values, keys } = rowsStatement(question, rankedFrom);
  const rows = await database.query<Row & Record<string, unknown>>(text, values);
  return rows.map((row) => ({ row: rowJson(row, question.fields), position: positionOf(row, keys) }));
}

const NANO_PER_SECOND = 1e9;

const fieldsOfRow: { readonly [Field in RowField]: (row: Row) => ListRow[Field] } = {
  cost_usd: (row) => measuresOf(row).cost_usd,
  calls: (row) => Number(row.calls),
  run_count: (row) => Number(row.run_count),
  total_tokens: (row) => measuresOf(row).total_tokens,
  total_duration_seconds: (row) => Number(row.duration_nano) / NANO_PER_SECOND,
  first_seen: (row) => trimInstant(row.first),
  last_seen: (row) => trimInstant(row.last),
  agents: (row) => row.agents,
  models: (row) => row.models,
};

function rowJson<Field extends RowField>(row: Row, fields: ReadonlySet<Field>): Pick<ListRow, 'id' | Field> {
  const shown = rowFields.filter((field): field is Field => new Set<RowField>(fields).has(field));
  const entries = shown.map((field) => [field, fieldsOfRow[field](row)]);
  return { id: row.d0, ...Object.fromEntries(entries) } as Pick<ListRow, 'id' | Field>;
}
