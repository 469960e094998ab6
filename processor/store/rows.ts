import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import { figuresRank } from '../../src/charging/figuresRank.ts';
import type { TokenTotals } from '../../src/usage.ts';
import { type Decided, decidedColumns, recordOrNull } from './attributionColumns.ts';
import { femtoUsd, hex, int2, int4, int8, jsonb, text, timestamptz, type Column } from './columns.ts';
import type { Content } from './content.ts';
import { ownColumn } from './ownColumn.ts';
import { type CallLink, linkColumns } from './linkColumns.ts';
import { priceColumns } from './priceColumns.ts';
import { priceFactsColumn } from './priceFactsColumn.ts';

/** What names a span in the store. Its start is kept to the microsecond, as timestamptz does. */
export interface Identity {
  readonly tenant: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly startMicros: number;
}

const NANOS_A_MICRO = 1000n;

export function identityOf(tenant: string, span: SpanSkeleton): Identity {
  return {
    tenant,
    traceId: span.traceId,
    spanId: span.spanId,
    startMicros: Number(span.startUnixNano / NANOS_A_MICRO),
  };
}

/** Equal for equal identities, and the order in which every transaction writes them. */
export function identityKey(identity: Identity): string {
  return `${identity.traceId}${identity.spanId}${identity.startMicros} ${identity.tenant}`;
}

export const identityColumns: readonly Column<Identity>[] = [
  text('tenant', (row) => row.tenant),
  hex('trace_id', (row) => row.traceId),
  hex('span_id', (row) => row.spanId),
  timestamptz('started_at', (row) => row.startMicros),
];

/**
 * The condition that a row is the one `given` names. `is not distinct from` takes no index, on purpose: a new partition has
 * no statistics, and with `=` the planner may take the index by tenant and time, which reads the day for every span.
 */
export function sameIdentity(table: string): string {
  return `${table}.trace_id = given.trace_id and ${table}.span_id = given.span_id
  and ${table}.tenant is not distinct from given.tenant and ${table}.started_at = given.started_at`;
}

export interface SpanRow extends Identity, Content {
  readonly span: SpanSkeleton;
}

export const spanColumns: readonly Column<SpanRow>[] = [
  ...identityColumns,
  hex('parent_span_id', (row) => row.span.parentSpanId),
  int8('duration_nano', (row) => row.span.durationNano),
  text('name', (row) => row.span.name),
  int2('kind', (row) => row.span.kind),
  text('status', (row) => row.span.status),
  text('service', (row) => row.span.service),
  text('environment', (row) => row.span.environment),
  text('operation', (row) => row.span.operation),
  text('agent', (row) => row.span.own.agent),
  text('agent_id', (row) => row.span.own.agentId),
  text('user_id', (row) => row.span.own.user),
  text('session_id', (row) => row.span.own.session),
  text('run_id', (row) => row.span.own.run),
  text('endpoint', (row) => row.span.own.endpoint),
  jsonb('tags', (row) => recordOrNull(row.span.own.tags)),
  int2('completeness', (row) => row.completeness),
  hex('content_hash', (row) => row.contentHash),
];

export interface CallRow extends Identity, Content {
  readonly call: PricedCall;
  readonly keyAgent: string | null;
  readonly tokens: TokenTotals;
  readonly receivedMicros: number;
  readonly decided: Decided;
  readonly entryCount: number;
  readonly link: CallLink;
}

export const callColumns: readonly Column<CallRow>[] = [
  ...identityColumns,
  hex('parent_span_id', ({ call }) => call.parentSpanId),
  int8('duration_nano', ({ call }) => call.durationNano),
  text('name', ({ call }) => call.name),
  int2('kind', ({ call }) => call.kind),
  text('status', ({ call }) => call.status),
  text('error_type', ({ call }) => call.errorType),
  text('service', ({ call }) => call.service),
  text('environment', ({ call }) => call.environment),
  text('operation', ({ call }) => call.operation),
  text('provider', ({ call }) => call.provider),
  text('model', ({ call }) => call.model),
  text('request_model', ({ call }) => call.requestModel),
  text('response_model', ({ call }) => call.responseModel),
  text('response_id', ({ call }) => call.responseId),
  text('request_id', ({ call }) => call.requestId),
  text('scope', ({ call }) => call.scope),
  text('role', ({ call }) => call.role),
  text('container_rule', ({ call }) => call.containerRule),
  int2('figures_rank', ({ call }) => figuresRank(call)),
  text('dialect', ({ call }) => call.dialect),
  text('cache_semantics', ({ call }) => call.cacheSemantics),
  jsonb('own', ({ call, keyAgent }) => ownColumn({ own: call.own, resource: call.resourceSubject, keyAgent })),
  int8('input_uncached', ({ call }) => call.usage.input_uncached),
  int8('cache_read', ({ call }) => call.usage.cache_read),
  int8('cache_write_5m', ({ call }) => call.usage.cache_write_5m),
  int8('cache_write_1h', ({ call }) => call.usage.cache_write_1h),
  int8('output', ({ call }) => call.usage.output),
  int8('reasoning', ({ call }) => call.usage.reasoning),
  jsonb('usage_other', ({ call }) => recordOrNull(call.usage.other)),
  int8('input_tokens', ({ tokens }) => tokens.inputTokens),
  int8('cache_read_tokens', ({ tokens }) => tokens.cacheReadTokens),
  int8('cache_write_tokens', ({ tokens }) => tokens.cacheWriteTokens),
  int8('output_tokens', ({ tokens }) => tokens.outputTokens),
  int8('reasoning_tokens', ({ tokens }) => tokens.reasoningTokens),
  ...priceColumns<CallRow>(({ call }) => call),
  femtoUsd('reported_cost_usd', ({ call }) => call.reportedCostFemtoUsd),
  jsonb('price_facts', ({ call }) => priceFactsColumn(call)),
  ...decidedColumns<CallRow>(({ decided }) => decided),
  int4('entry_count', (row) => row.entryCount),
  int2('completeness', (row) => row.completeness),
  hex('content_hash', (row) => row.contentHash),
  timestamptz('received_at', (row) => row.receivedMicros),
  ...linkColumns<CallRow>(({ link }) => link),
];
