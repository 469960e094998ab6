import { type CallJson, callJson, type CallRow } from '../api/callJson.ts';
import { type Bucket, otherBuckets } from '../../src/usage.ts';
import { type Cell, csvLine, decimalOrNull } from './csv.ts';

const usageBuckets = [
  'input_uncached',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
  ...otherBuckets,
] as const;
const costBuckets: readonly Bucket[] = [...usageBuckets, 'requests'];

type Column = readonly [name: string, of: (call: CallJson) => Cell];

/** In this order, which docs/reference/api.md names: columns are only ever added at the end. */
const columns: readonly Column[] = [
  ['trace_id', (call) => call.trace_id],
  ['span_id', (call) => call.span_id],
  ['parent_span_id', (call) => call.parent_span_id],
  ['started_at', (call) => call.started_at],
  ['duration_ms', (call) => call.duration_ms],
  ['service', (call) => call.service],
  ['environment', (call) => call.environment],
  ['endpoint', (call) => call.endpoint],
  ['operation', (call) => call.operation],
  ['provider', (call) => call.provider],
  ['model', (call) => call.model],
  ['request_model', (call) => call.request_model],
  ['response_model', (call) => call.response_model],
  ['response_id', (call) => call.response_id],
  ['request_id', (call) => call.request_id],
  ['status', (call) => call.status],
  ['agent', (call) => call.agent],
  ['agent_id', (call) => call.agent_id],
  ['agent_path', (call) => JSON.stringify(call.agent_path)],
  ['user', (call) => call.user],
  ['session', (call) => call.session],
  ['run', (call) => call.run],
  ['tags', (call) => JSON.stringify(call.tags)],
  ...usageBuckets.map((bucket): Column => [`usage_${bucket}`, (call) => call.usage[bucket] ?? null]),
  ['cost_usd', (call) => decimalOrNull(call.cost_usd)],
  ...costBuckets.map((bucket): Column => [`cost_${bucket}_usd`, (call) => decimalOrNull(call.cost?.[bucket])]),
  ['cost_status', (call) => call.cost_status],
  ['unpriced_reason', (call) => call.unpriced_reason],
  ['reported_cost_usd', (call) => decimalOrNull(call.reported_cost_usd)],
  ['price_source', (call) => call.price?.source ?? null],
  ['price_card', (call) => call.price?.card ?? null],
  ['price_effective_from', (call) => call.price?.effective_from ?? null],
  ['price_service_tier', (call) => call.price?.service_tier ?? null],
  ['charge', (call) => call.charge],
  ['received_at', (call) => call.received_at],
  ['scope', (call) => call.scope],
  ['dialect', (call) => call.dialect],
  ['cache_semantics', (call) => call.cache_semantics],
  ['agent_rule', (call) => call.attribution.agent],
  ['user_rule', (call) => call.attribution.user],
  ['session_rule', (call) => call.attribution.session],
];

export const callColumnNames: readonly string[] = columns.map(([name]) => name);

export function callCsvLine(row: CallRow): string {
  const call = callJson(row);
  return csvLine(columns.map(([, of]) => of(call)));
}
