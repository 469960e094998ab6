import { z } from 'zod';
import { otherBuckets } from '../../src/usage.ts';
import { copySchema, duplicateOf } from './duplicateOf.ts';
import { trimInstant } from './instant.ts';
import { instantSchema, trimUsd, usdSchema } from './measures.ts';

const text = z.string().nullable();
const rule = z.string().nullable();

const usageSchema = z
  .object({
    input_uncached: z.int().nullable(),
    cache_read: z.int().nullable(),
    cache_write_5m: z.int().nullable(),
    cache_write_1h: z.int().nullable(),
    output: z.int().nullable(),
    reasoning: z.int().nullable().meta({ description: 'Part of output' }),
  })
  .catchall(z.int().nullable())
  .meta({ description: `Disjoint buckets; null is unreported. Where they occur also ${otherBuckets.join(', ')}` });

export const callSchema = z.object({
  trace_id: z.string(),
  span_id: z.string(),
  parent_span_id: text,
  started_at: instantSchema,
  duration_ms: z.number(),
  service: text,
  environment: text,
  endpoint: text,
  operation: text,
  provider: text,
  model: text,
  request_model: text,
  response_model: text,
  response_id: text,
  request_id: text.meta({ description: 'The id the provider gave the HTTP request' }),
  status: z.enum(['ok', 'error']),
  agent: text,
  agent_id: text,
  agent_path: z.array(z.string()).meta({ description: 'Agents from the nearest up, as the spans above say them' }),
  user: text,
  session: text,
  run: z.string(),
  tags: z.record(z.string(), z.string()),
  usage: usageSchema,
  cost_usd: usdSchema.nullable(),
  cost: z.record(z.string(), usdSchema).nullable().meta({ description: 'By bucket; adds up to cost_usd' }),
  cost_status: z.string(),
  unpriced_reason: text,
  reported_cost_usd: usdSchema.nullable(),
  price: z.object({ source: z.string(), card: text, effective_from: text, service_tier: text }).nullable(),
  charge: z.string(),
  charge_reason: text,
  duplicate_of: copySchema.nullable().meta({ description: 'Of a duplicate, the copy that is charged' }),
  received_at: instantSchema.meta({
    description: 'What is pending is charged the settle delay after this, unless a call comes below it',
  }),
  scope: text.meta({ description: 'Instrumentation scope that wrote the span' }),
  dialect: z.string(),
  cache_semantics: text,
  attribution: z.object({ agent: rule, user: rule, session: rule }),
});
z.globalRegistry.add(callSchema, { id: 'Call' });
export type CallJson = z.output<typeof callSchema>;

/** A row of `callColumns`; `bigint` and `numeric` are strings. */
export interface CallRow {
  readonly trace_hex: string;
  readonly span_hex: string;
  readonly parent_hex: string | null;
  readonly started: string;
  readonly duration_nano: string;
  readonly status: 'ok' | 'error';
  readonly service: string | null;
  readonly environment: string | null;
  readonly endpoint: string | null;
  readonly operation: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly request_model: string | null;
  readonly response_model: string | null;
  readonly response_id: string | null;
  readonly request_id: string | null;
  readonly agent: string | null;
  readonly agent_id: string | null;
  readonly agent_path: readonly string[] | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly run_id: string;
  readonly tags: Record<string, string> | null;
  readonly input_uncached: string | null;
  readonly cache_read: string | null;
  readonly cache_write_5m: string | null;
  readonly cache_write_1h: string | null;
  readonly output: string | null;
  readonly reasoning: string | null;
  readonly usage_other: Record<string, number> | null;
  readonly cost_usd: string | null;
  readonly cost_parts: Record<string, string> | null;
  readonly cost_status: string;
  readonly unpriced_reason: string | null;
  readonly reported_cost_usd: string | null;
  readonly price_source: string | null;
  readonly price_card: string | null;
  readonly price_effective_from: string | null;
  readonly service_tier: string | null;
  readonly role: 'call' | 'container';
  readonly charge: string;
  readonly charge_reason: string | null;
  readonly received: string;
  readonly scope: string | null;
  readonly dialect: string;
  readonly cache_semantics: string | null;
  readonly agent_rule: string | null;
  readonly user_rule: string | null;
  readonly session_rule: string | null;
}

const NANO_PER_MS = 1e6;

export function durationMs(nano: string): number {
  return Number(nano) / NANO_PER_MS;
}

const count = (value: string | null): number | null => (value === null ? null : Number(value));
const money = (value: string | null): string | null => (value === null ? null : trimUsd(value));

function usageJson(row: CallRow): CallJson['usage'] {
  return {
    input_uncached: count(row.input_uncached),
    cache_read: count(row.cache_read),
    cache_write_5m: count(row.cache_write_5m),
    cache_write_1h: count(row.cache_write_1h),
    output: count(row.output),
    reasoning: count(row.reasoning),
    ...row.usage_other,
  };
}

/** Null stands for the path that the agent alone is. */
export function agentPathOf({ agent, agent_path: path }: Pick<CallRow, 'agent' | 'agent_path'>): readonly string[] {
  return path ?? (agent === null ? [] : [agent]);
}

export function callJson(row: CallRow): CallJson {
  return {
    trace_id: row.trace_hex,
    span_id: row.span_hex,
    parent_span_id: row.parent_hex,
    started_at: trimInstant(row.started),
    duration_ms: durationMs(row.duration_nano),
    service: row.service,
    environment: row.environment,
    endpoint: row.endpoint,
    operation: row.operation,
    provider: row.provider,
    model: row.model,
    request_model: row.request_model,
    response_model: row.response_model,
    response_id: row.response_id,
    request_id: row.request_id,
    status: row.status,
    agent: row.agent,
    agent_id: row.agent_id,
    agent_path: [...agentPathOf(row)],
    user: row.user_id,
    session: row.session_id,
    run: row.run_id,
    tags: row.tags ?? {},
    usage: usageJson(row),
    cost_usd: money(row.cost_usd),
    cost:
      row.cost_usd === null
        ? null
        : Object.fromEntries(Object.entries(row.cost_parts ?? {}).map(([part, usd]) => [part, trimUsd(usd)])),
    cost_status: row.cost_status,
    unpriced_reason: row.unpriced_reason,
    reported_cost_usd: money(row.reported_cost_usd),
    price:
      row.price_source === null
        ? null
        : {
            source: row.price_source,
            card: row.price_card,
            effective_from: row.price_effective_from,
            service_tier: row.service_tier,
          },
    charge: row.charge,
    charge_reason: row.charge_reason,
    duplicate_of: duplicateOf(row),
    received_at: trimInstant(row.received),
    scope: row.scope,
    dialect: row.dialect,
    cache_semantics: row.cache_semantics,
    attribution: { agent: row.agent_rule, user: row.user_rule, session: row.session_rule },
  };
}
