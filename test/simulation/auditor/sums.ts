import { tokenTotals } from '../../../src/usage.ts';
import type { AuditedCall } from './chargedCopy.ts';
import { startMicros } from './row.ts';

/** The sums of one row of a table, all exact. */
export interface Sum {
  calls: bigint;
  unpriced_calls: bigint;
  error_calls: bigint;
  input_tokens: bigint;
  cache_read_tokens: bigint;
  cache_write_tokens: bigint;
  output_tokens: bigint;
  reasoning_tokens: bigint;
  duration_nano: bigint;
  cost_femto_usd: bigint;
  first_seen: bigint | null;
  last_seen: bigint | null;
}

/** By table, then by tenant, period and dimensions. */
export type Sums = Readonly<Record<Table, ReadonlyMap<string, Sum>>>;

type Table = 'rollup_daily' | 'rollup_hourly' | 'session_daily' | 'run_daily';

const HOUR_MICROS = 3_600_000_000n;
const DAY_MICROS = 24n * HOUR_MICROS;

/** Which dimensions each table sums by, what its period is, and whether it keeps the first and last start. */
export const tables = {
  rollup_daily: {
    periodMicros: DAY_MICROS,
    dimensions: ['agent', 'model', 'provider', 'service', 'environment'],
    isSeen: false,
  },
  rollup_hourly: {
    periodMicros: HOUR_MICROS,
    dimensions: ['agent', 'user_id', 'model', 'provider', 'service', 'operation', 'environment', 'endpoint'],
    isSeen: false,
  },
  session_daily: { periodMicros: DAY_MICROS, dimensions: ['session_id', 'user_id', 'agent', 'model'], isSeen: true },
  run_daily: {
    periodMicros: DAY_MICROS,
    dimensions: ['run_id', 'session_id', 'user_id', 'agent', 'model'],
    isSeen: true,
  },
} as const satisfies Record<Table, object>;

/** What is summed is what is charged. */
export function sumsOf(calls: readonly AuditedCall[]): Sums {
  const charged = calls.filter(({ charge }) => charge === 'charged');
  return {
    rollup_daily: sumBy('rollup_daily', charged),
    rollup_hourly: sumBy('rollup_hourly', charged),
    session_daily: sumBy('session_daily', charged),
    run_daily: sumBy('run_daily', charged),
  };
}

export function sumKey(tenant: string, periodMicros: bigint, dimensions: readonly string[]): string {
  return JSON.stringify([tenant, String(periodMicros), ...dimensions]);
}

function sumBy(table: Table, charged: readonly AuditedCall[]): ReadonlyMap<string, Sum> {
  const { periodMicros, dimensions, isSeen } = tables[table];
  const sums = new Map<string, Sum>();
  for (const call of charged) {
    const start = startMicros(call.row);
    const named = dimensionsOf(call);
    const key = sumKey(
      call.row.tenant,
      start - (start % periodMicros),
      dimensions.map((name) => named[name] ?? '(none)'),
    );
    const known = sums.get(key);
    sums.set(key, known === undefined ? sumOf(call, isSeen) : add(known, sumOf(call, isSeen)));
  }
  return sums;
}

export function dimensionsOf({ row: { call }, attribution }: AuditedCall): Record<string, string | null> {
  return {
    agent: attribution.agent,
    user_id: attribution.user,
    session_id: attribution.session,
    run_id: attribution.run,
    model: call.model,
    provider: call.provider,
    service: call.service,
    operation: call.operation,
    environment: call.environment,
    endpoint: attribution.endpoint,
  };
}

export function sumOf({ row }: AuditedCall, isSeen: boolean): Sum {
  const { call } = row;
  const totals = tokenTotals(call.usage);
  const seen = isSeen ? startMicros(row) : null;
  return {
    calls: 1n,
    unpriced_calls: call.price.status === 'unpriced' ? 1n : 0n,
    error_calls: call.status === 'error' ? 1n : 0n,
    input_tokens: BigInt(totals.inputTokens),
    cache_read_tokens: BigInt(totals.cacheReadTokens),
    cache_write_tokens: BigInt(totals.cacheWriteTokens),
    output_tokens: BigInt(totals.outputTokens),
    reasoning_tokens: BigInt(totals.reasoningTokens),
    duration_nano: call.durationNano,
    cost_femto_usd: call.price.status === 'unpriced' ? 0n : call.price.costFemtoUsd,
    first_seen: seen,
    last_seen: seen,
  };
}

function add(one: Sum, other: Sum): Sum {
  return {
    calls: one.calls + other.calls,
    unpriced_calls: one.unpriced_calls + other.unpriced_calls,
    error_calls: one.error_calls + other.error_calls,
    input_tokens: one.input_tokens + other.input_tokens,
    cache_read_tokens: one.cache_read_tokens + other.cache_read_tokens,
    cache_write_tokens: one.cache_write_tokens + other.cache_write_tokens,
    output_tokens: one.output_tokens + other.output_tokens,
    reasoning_tokens: one.reasoning_tokens + other.reasoning_tokens,
    duration_nano: one.duration_nano + other.duration_nano,
    cost_femto_usd: one.cost_femto_usd + other.cost_femto_usd,
    first_seen: earliest(one.first_seen, other.first_seen),
    last_seen: latest(one.last_seen, other.last_seen),
  };
}

function earliest(one: bigint | null, other: bigint | null): bigint | null {
  return one === null || other === null || one < other ? one : other;
}

function latest(one: bigint | null, other: bigint | null): bigint | null {
  return one === null || other === null || one > other ? one : other;
}
