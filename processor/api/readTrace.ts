import type { Database } from '../store/database.ts';
import type { CallRow } from './callJson.ts';
import { callColumns } from './readCalls.ts';
import { SQL_INSTANT_FORMAT } from './instant.ts';
import { type Copies, readCopies } from './readCopies.ts';

/** The most spans one answer holds, the earliest: about 8 MB of JSON. */
export const SPANS_PER_TRACE_MAX = 10_000;

export interface TraceRow {
  readonly span_hex: string;
  readonly parent_hex: string | null;
  readonly name: string;
  readonly kind: number;
  readonly status: 'ok' | 'error';
  readonly service: string | null;
  readonly operation: string | null;
  readonly started: string;
  readonly duration_nano: string;
  readonly call: CallRow | null;
}

type NamedCallRow = CallRow & { readonly name: string; readonly kind: number };

export interface StoredTrace {
  /** By start; of calls and of other spans at most one more than the limit each. */
  readonly rows: readonly TraceRow[];
  /** Of the charged calls. */
  readonly copies: Copies;
}

export async function readTrace(database: Database, tenant: string, traceId: string): Promise<StoredTrace> {
  return database.transaction(async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const values = [tenant, traceId, SPANS_PER_TRACE_MAX + 1];
    const calls = await client.query<NamedCallRow>(traceStatement('calls', `${callColumns}, name, kind`), values);
    const spans = await client.query<Omit<TraceRow, 'call'>>(traceStatement('spans', spanColumns), values);
    const ofCalls = calls.map((call): TraceRow => ({ ...call, call }));
    const identities = new Set(calls.map((call) => identityOf(call)));
    const others = spans
      .filter((span) => !identities.has(identityOf(span)))
      .map((span): TraceRow => ({ ...span, call: null }));
    const charged = calls.filter(({ charge }) => charge === 'charged');
    return {
      rows: [...ofCalls, ...others].sort((a, b) => compare(a.started, b.started) || compare(a.span_hex, b.span_hex)),
      copies: await readCopies(client, tenant, traceId, charged),
    };
  });
}

function identityOf(row: { readonly span_hex: string; readonly started: string }): string {
  return `${row.span_hex} ${row.started}`;
}

/** Both are of fixed length and alphabet, so their order is that of their characters. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

const spanColumns = `encode(span_id, 'hex') as span_hex, encode(parent_span_id, 'hex') as parent_hex, name, kind, status, service, operation,
  to_char(started_at at time zone 'UTC', '${SQL_INSTANT_FORMAT}') as started, duration_nano`;

function traceStatement(table: 'calls' | 'spans', columns: string): string {
  return `select ${columns} from tollgate_data.${table}
where tenant = $1::text and trace_id = decode($2::text, 'hex') order by started_at, span_id limit $3::int`;
}
