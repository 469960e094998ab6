import type { Queries } from '../../processor/store/database.ts';
import { dimensionsOf, sumKey, sumOf, tables, type Sum } from './auditor/sums.ts';
import type { AuditedCall } from './auditor/chargedCopy.ts';
import type { Audited } from './auditor.ts';
import { rowKey } from './auditor/row.ts';
import { bookedCall, decidedColumns, tagsText } from './books.ts';

type Rows = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** The calls, the four sums, and the net of each call's bookings. */
export type Books = Readonly<Record<string, Rows>>;

export const identity = `tenant || ' ' || encode(trace_id, 'hex') || '/' || encode(span_id, 'hex') || ' ' ||
  (extract(epoch from started_at) * 1000000)::bigint as key`;
export const measures = [
  'calls',
  'unpriced_calls',
  'error_calls',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'duration_nano',
] as const;
const sums = [
  ...measures.map((name) => `sum(${name})::numeric::text as ${name}`),
  `(sum(cost_usd) * 1000000000000000)::numeric(60,0)::text as cost_femto_usd`,
].join(', ');

/** Everything that is stored about charges, as text. */
export async function storedBooks(database: Queries): Promise<Books> {
  const books: Record<string, Rows> = { calls: await storedCalls(database), ledger: await storedLedger(database) };
  for (const table of Object.keys(tables) as (keyof typeof tables)[]) {
    books[table] = await storedSums(database, table);
  }
  return books;
}

/** The same, as the auditor has it. */
export function auditedBooks({ calls, sums: audited }: Audited): Books {
  const charged = calls.filter(({ charge }) => charge === 'charged');
  return {
    calls: new Map(calls.map((call) => [rowKey(call.row), bookedCall(call)])),
    ledger: new Map(charged.map((call) => [ledgerKey(call), sumText(sumOf(call, false))])),
    ...Object.fromEntries(
      Object.entries(audited).map(([table, rows]) => [
        table,
        new Map([...rows].map(([key, sum]) => [key, sumText(sum)])),
      ]),
    ),
  };
}

/** The part of the books that is of some tenants. */
export function booksOf(books: Books, isTenant: (tenant: string) => boolean): Books {
  return Object.fromEntries(
    Object.entries(books).map(([table, rows]) => [
      table,
      new Map([...rows].filter(([key]) => isTenant(tenantOf(key)))),
    ]),
  );
}

function tenantOf(key: string): string {
  return key.startsWith('[') ? String(JSON.parse(key)[0]) : (key.split(' ')[0] ?? '');
}

interface CallRow extends Record<Exclude<(typeof decidedColumns)[number], 'tags' | 'agent_path'>, string | null> {
  readonly key: string;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly agent_path: readonly string[] | null;
}

async function storedCalls(database: Queries): Promise<Rows> {
  const rows = await database.query<CallRow>(
    `select ${identity}, ${decidedColumns.join(', ')} from tollgate_data.calls`,
  );
  return new Map(
    rows.map((row) => [
      row.key,
      Object.fromEntries(
        decidedColumns.map((column) => {
          if (column === 'tags') return [column, tagsText(row.tags ?? {})];
          if (column !== 'agent_path') return [column, row[column]];
          // The path that the agent alone is is not written.
          return [column, JSON.stringify(row.agent_path ?? (row.agent === null ? [] : [row.agent]))];
        }),
      ),
    ]),
  );
}

const ledgerDimensions = ['agent', 'user_id', 'session_id', 'run_id', 'model', 'provider', 'service', 'operation'];
export const allDimensions = [...ledgerDimensions, 'environment', 'endpoint'];

async function storedLedger(database: Queries): Promise<Rows> {
  const rows = await database.query<Record<string, string>>(
    `select key, ${allDimensions.join(', ')}, ${sums} from (select ${identity}, * from tollgate_data.ledger) as entry
     group by key, ${allDimensions.join(', ')}
     having ${[...measures, 'cost_usd'].map((name) => `sum(${name}) <> 0`).join(' or ')}`,
  );
  return new Map(
    rows.map((row) => [
      `${row['key']} ${JSON.stringify(allDimensions.map((name) => row[name]))}`,
      storedSum(row, false),
    ]),
  );
}

function ledgerKey(call: AuditedCall): string {
  const named = dimensionsOf(call);
  return `${rowKey(call.row)} ${JSON.stringify(allDimensions.map((name) => named[name] ?? '(none)'))}`;
}

async function storedSums(database: Queries, table: keyof typeof tables): Promise<Rows> {
  const { dimensions, periodMicros, isSeen } = tables[table];
  const period = table === 'rollup_hourly' ? 'hour' : `day::timestamp at time zone 'UTC'`;
  const seen = isSeen
    ? `, (extract(epoch from first_seen) * 1000000)::bigint::text as first_seen, (extract(epoch from last_seen) * 1000000)::bigint::text as last_seen`
    : '';
  const rows = await database.query<Record<string, string>>(
    `select tenant, (extract(epoch from ${period}) * 1000000)::bigint::text as period, ${dimensions.join(', ')}${seen},
       ${sums.replaceAll('sum(', '(')}
     from tollgate_data.${table}`,
  );
  return new Map(
    rows.map((row) => {
      const start = BigInt(row['period'] ?? '0');
      if (start % periodMicros !== 0n) throw new Error(`${table}: expected the start of a period, found ${start}`);
      const named = dimensions.map((name) => row[name] ?? '');
      return [sumKey(row['tenant'] ?? '', start, named), storedSum(row, isSeen)];
    }),
  );
}

function storedSum(row: Readonly<Record<string, string>>, isSeen: boolean): Record<string, string | null> {
  const names = [...measures, 'cost_femto_usd', ...(isSeen ? ['first_seen', 'last_seen'] : [])];
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}

function sumText(sum: Sum): Record<string, string> {
  return Object.fromEntries(
    Object.entries(sum).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
  );
}
