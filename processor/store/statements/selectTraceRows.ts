import type { Charge, Subject } from '../../../src/call.ts';
import { traceCallOf } from '../../../src/charging/traceSpan.ts';
import { noSubject } from '../../../src/attribution/subject.ts';
import { parseUsd } from '../../../src/money.ts';
import type { SpanKind } from '../../../src/span.ts';
import { type Column, encodeColumns, hex, namesOf, text, timestamptz, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { attributionOfRow, type AttributionRow } from '../attributionColumns.ts';
import { linkNames, linkOfRow, type LinkRow } from '../linkColumns.ts';
import { ownOfRow, type OwnRow } from '../ownColumn.ts';
import type { SettledSpan } from '../settledSpan.ts';
import { isWithinBounds, startBounds } from '../startBounds.ts';
import type { TraceTouch } from './lockTraces.ts';

/** A trace, and the times between which the rows asked for start. */
export type TraceWindow = Pick<TraceTouch, 'tenant' | 'traceId' | 'firstMicros' | 'lastMicros'>;

/** A row of a trace by its span id. */
export interface SpanReference extends TraceWindow {
  readonly spanId: string;
}

const windowColumns: readonly Column<TraceWindow>[] = [
  text('tenant', (trace) => trace.tenant),
  hex('trace_id', (trace) => trace.traceId),
  timestamptz('first_at', (trace) => trace.firstMicros),
  timestamptz('last_at', (trace) => trace.lastMicros),
];
const referenceColumns: readonly Column<SpanReference>[] = [
  ...windowColumns,
  hex('span_id', (reference) => reference.spanId),
];

const identity = `kept.tenant, encode(kept.trace_id, 'hex') as trace_id, encode(kept.span_id, 'hex') as span_id,
  (extract(epoch from kept.started_at) * 1000000)::bigint as start_micros, encode(kept.parent_span_id, 'hex') as parent_span_id,
  kept.duration_nano, kept.kind, kept.service, kept.environment, kept.operation, kept.agent, kept.agent_id, kept.user_id, kept.session_id,
  kept.run_id, kept.endpoint, kept.tags, kept.completeness, encode(kept.content_hash, 'hex') as content_hash`;

const callFacts = `kept.status, kept.agent_path, kept.agent_rule, kept.user_rule, kept.session_rule, kept.own, kept.scope, kept.request_id, kept.role,
  kept.container_rule, kept.figures_rank, kept.model, kept.provider, kept.response_id, kept.input_tokens, kept.cache_read_tokens,
  kept.cache_write_tokens, kept.output_tokens, kept.reasoning_tokens, kept.cost_usd, kept.charge, kept.charge_reason, kept.entry_count,
  kept.request_model, kept.response_model, ${linkNames},
  (extract(epoch from kept.received_at) * 1000000)::bigint as received_micros`;

/** For the tenant `is not distinct from`: see `sameIdentity`. */
const isOfTrace = `kept.trace_id = given.trace_id and kept.tenant is not distinct from given.tenant
    and kept.started_at >= given.first_at and kept.started_at <= given.last_at`;

/** At most $5 rows of each trace, the earliest. */
function windowSql(table: 'calls' | 'spans', facts: string): string {
  return `
select found.*
from ${unnestOf(windowColumns)} as given (${namesOf(windowColumns)})
cross join lateral (
  select ${facts} from tollgate_data.${table} as kept
  where ${isOfTrace} and ${isWithinBounds('kept', windowColumns.length + 2)}
  order by kept.started_at, kept.span_id limit $5
) as found`;
}

function referenceSql(table: 'calls' | 'spans', facts: string): string {
  return `
select ${facts}
from ${unnestOf(referenceColumns)} as given (${namesOf(referenceColumns)})
join tollgate_data.${table} as kept on ${isOfTrace} and kept.span_id = given.span_id
  and ${isWithinBounds('kept', referenceColumns.length + 1)}`;
}

const callsSql = windowSql('calls', `${identity}, ${callFacts}`);
const spansSql = windowSql('spans', identity);
const callsByIdSql = referenceSql('calls', `${identity}, ${callFacts}`);
const spansByIdSql = referenceSql('spans', identity);

interface SpanColumns {
  readonly tenant: string;
  readonly trace_id: string;
  readonly span_id: string;
  readonly start_micros: string;
  readonly parent_span_id: string | null;
  readonly duration_nano: string;
  readonly kind: SpanKind;
  readonly service: string | null;
  readonly environment: string | null;
  readonly operation: string | null;
  readonly completeness: number;
  readonly content_hash: string;
}

interface PlainRow extends SpanColumns {
  readonly agent: string | null;
  readonly agent_id: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly run_id: string | null;
  readonly endpoint: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
}

interface CallRow extends SpanColumns, AttributionRow, LinkRow, OwnRow {
  readonly status: 'ok' | 'error';
  readonly scope: string | null;
  readonly request_id: string | null;
  readonly role: 'call' | 'container';
  readonly container_rule: string | null;
  readonly figures_rank: number;
  readonly model: string | null;
  readonly provider: string | null;
  readonly response_id: string | null;
  readonly input_tokens: string;
  readonly cache_read_tokens: string;
  readonly cache_write_tokens: string;
  readonly output_tokens: string;
  readonly reasoning_tokens: string;
  readonly cost_usd: string | null;
  readonly charge: Charge;
  readonly charge_reason: string | null;
  readonly entry_count: number;
  readonly request_model: string | null;
  readonly response_model: string | null;
  readonly received_micros: string;
}

/** What the store has of the traces in their windows: of each at most `limit` calls and as many plain spans. */
export async function selectTraceRows(
  client: Queries,
  traces: readonly TraceWindow[],
  limit: number,
): Promise<SettledSpan[]> {
  const values = [...encodeColumns(windowColumns, traces), limit, ...boundsOf(traces)];
  const calls = await client.query<CallRow>(callsSql, values);
  const spans = await client.query<PlainRow>(spansSql, values);
  return [...calls.map(callOf), ...spans.map(plainOf)];
}

/** What the store has under the span ids given. */
export async function selectSpansById(client: Queries, references: readonly SpanReference[]): Promise<SettledSpan[]> {
  const values = [...encodeColumns(referenceColumns, references), ...boundsOf(references)];
  const calls = await client.query<CallRow>(callsByIdSql, values);
  const spans = await client.query<PlainRow>(spansByIdSql, values);
  return [...calls.map(callOf), ...spans.map(plainOf)];
}

function boundsOf(windows: readonly TraceWindow[]): readonly [string, string] {
  return startBounds(windows.flatMap(({ firstMicros, lastMicros }) => [firstMicros, lastMicros]));
}

function placeOf(row: SpanColumns) {
  const startMicros = Number(row.start_micros);
  return {
    tenant: row.tenant,
    traceId: row.trace_id,
    spanId: row.span_id,
    parentSpanId: row.parent_span_id,
    startMicros,
    endMicros: startMicros + Number(BigInt(row.duration_nano) / 1000n),
    kind: row.kind,
    completeness: row.completeness,
    contentHash: row.content_hash,
    arrived: null,
    repriced: null,
    isDistant: false,
  };
}

function plainOf(row: PlainRow): SettledSpan {
  const own: Subject = {
    agent: row.agent,
    agentId: row.agent_id,
    user: row.user_id,
    session: row.session_id,
    run: row.run_id,
    endpoint: row.endpoint,
    tags: row.tags ?? noSubject.tags,
  };
  return { ...placeOf(row), own, call: null, stored: null, receivedMicros: 0 };
}

function callOf(row: CallRow): SettledSpan {
  const { own, resource, keyAgent } = ownOfRow(row);
  const costFemtoUsd = row.cost_usd === null ? null : costOf(row.cost_usd);
  const measures = {
    calls: 1,
    unpricedCalls: costFemtoUsd === null ? 1 : 0,
    errorCalls: row.status === 'error' ? 1 : 0,
    inputTokens: Number(row.input_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    cacheWriteTokens: Number(row.cache_write_tokens),
    outputTokens: Number(row.output_tokens),
    reasoningTokens: Number(row.reasoning_tokens),
    durationNano: BigInt(row.duration_nano),
    costFemtoUsd: costFemtoUsd ?? 0n,
  };
  const { model, provider, service, operation, environment } = row;
  const receivedMicros = Number(row.received_micros);
  return {
    ...placeOf(row),
    own,
    call: traceCallOf({
      role: row.role,
      containerRule: row.container_rule,
      traceId: row.trace_id,
      operation,
      service,
      scope: row.scope,
      model,
      responseId: row.response_id,
      requestId: row.request_id,
      inputTokens: measures.inputTokens,
      outputTokens: measures.outputTokens,
      costsSomething: measures.costFemtoUsd > 0n,
      figuresRank: row.figures_rank,
      resourceSubject: resource,
      keyAgent,
    }),
    stored: {
      charge: row.charge,
      chargeReason: row.charge_reason,
      attribution: attributionOfRow(row),
      facts: { model, provider, service, operation, environment, measures },
      entryCount: row.entry_count,
      receivedMicros,
      requestModel: row.request_model,
      responseModel: row.response_model,
      figuresRank: row.figures_rank,
      link: linkOfRow(row),
    },
    receivedMicros,
  };
}

function costOf(text: string): bigint {
  const cost = parseUsd(text);
  if (cost === null) throw new Error(`calls.cost_usd: expected USD with at most 15 decimals, found ${text}`);
  return cost;
}
