/**
 * Bookings. An entry is signed and never edited: a change books the old entry back and the new one after it. Every rollup
 * is a sum of entries; which rollups there are, and by which dimensions, stands here.
 */
import type { Attribution, PricedCall } from './call.ts';
import { storableText } from './storableText.ts';
import { tokenTotals } from './usage.ts';

/** How a dimension nobody gave is written where null cannot group. */
export const NO_DIMENSION = '(none)';

export type Dimension =
  | 'agent'
  | 'user_id'
  | 'session_id'
  | 'run_id'
  | 'model'
  | 'provider'
  | 'service'
  | 'operation'
  | 'environment'
  | 'endpoint';

export type Dimensions = Readonly<Record<Dimension, string>>;

/** What is summed. All exact: the counts are safe integers, duration and cost have no bound. */
export interface Measures {
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly errorCalls: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly durationNano: bigint;
  /** An unpriced call adds nothing here and one to `unpricedCalls`. */
  readonly costFemtoUsd: bigint;
}

/**
 * Why something is booked: a first charge; a more complete copy of the span; an attribution that became known; another copy of the
 * same paid call charged in its place, or no longer; a call that turned out to be a container; a price that was set afterwards.
 */
export type LedgerReason = 'charge' | 'replaced' | 'attributed' | 'merged' | 'reversed' | 'repriced';

export interface LedgerEntry {
  readonly reason: LedgerReason;
  readonly dimensions: Dimensions;
  readonly measures: Measures;
}

/** What a call brings to its bookings, whoever it is attributed to. */
export interface BookedFacts {
  readonly model: string | null;
  readonly provider: string | null;
  readonly service: string | null;
  readonly operation: string | null;
  readonly environment: string | null;
  readonly measures: Measures;
}

/** The attribution as far as it is booked. */
export type BookedAttribution = Pick<Attribution, 'agent' | 'user' | 'session' | 'run' | 'endpoint'>;

export function entryOf(facts: BookedFacts, attribution: BookedAttribution, reason: LedgerReason): LedgerEntry {
  return { reason, dimensions: dimensionsOf(facts, attribution), measures: facts.measures };
}

/** Books an entry back: the same dimensions, every measure negated. */
export function reversalOf({ dimensions, measures, reason }: LedgerEntry): LedgerEntry {
  return {
    reason,
    dimensions,
    measures: {
      calls: -measures.calls,
      unpricedCalls: -measures.unpricedCalls,
      errorCalls: -measures.errorCalls,
      inputTokens: -measures.inputTokens,
      cacheReadTokens: -measures.cacheReadTokens,
      cacheWriteTokens: -measures.cacheWriteTokens,
      outputTokens: -measures.outputTokens,
      reasoningTokens: -measures.reasoningTokens,
      durationNano: -measures.durationNano,
      costFemtoUsd: -measures.costFemtoUsd,
    },
  };
}

/** A table of sums: one row for each tenant, `period` of the call's start (UTC) and value of `dimensions`. */
export interface Rollup {
  readonly table: 'rollup_daily' | 'rollup_hourly' | 'session_daily' | 'run_daily';
  readonly period: 'day' | 'hour';
  readonly dimensions: readonly Dimension[];
  /** Whether the row keeps the first and last start of its calls. */
  readonly seen: boolean;
}

/** In the order in which a transaction writes them: two that write the same tables never wait for each other in a ring. */
export const rollups: readonly Rollup[] = [
  {
    table: 'rollup_daily',
    period: 'day',
    dimensions: ['agent', 'model', 'provider', 'service', 'environment'],
    seen: false,
  },
  {
    table: 'rollup_hourly',
    period: 'hour',
    dimensions: ['agent', 'user_id', 'model', 'provider', 'service', 'operation', 'environment', 'endpoint'],
    seen: false,
  },
  { table: 'session_daily', period: 'day', dimensions: ['session_id', 'user_id', 'agent', 'model'], seen: true },
  { table: 'run_daily', period: 'day', dimensions: ['run_id', 'session_id', 'user_id', 'agent', 'model'], seen: true },
];

function dimensionsOf(facts: BookedFacts, attribution: BookedAttribution): Dimensions {
  return {
    agent: dimension(attribution.agent),
    user_id: dimension(attribution.user),
    session_id: dimension(attribution.session),
    run_id: dimension(attribution.run),
    model: dimension(facts.model),
    provider: dimension(facts.provider),
    service: dimension(facts.service),
    operation: dimension(facts.operation),
    environment: dimension(facts.environment),
    endpoint: dimension(attribution.endpoint),
  };
}

function dimension(value: string | null): string {
  return value === null ? NO_DIMENSION : storableText(value);
}

export function bookedFactsOf(call: PricedCall): BookedFacts {
  const { model, provider, service, operation, environment } = call;
  return { model, provider, service, operation, environment, measures: measuresOf(call) };
}

function measuresOf(call: PricedCall): Measures {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = tokenTotals(call.usage);
  return {
    calls: 1,
    unpricedCalls: call.price.status === 'unpriced' ? 1 : 0,
    errorCalls: call.status === 'error' ? 1 : 0,
    inputTokens,
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens,
    reasoningTokens,
    durationNano: call.durationNano,
    costFemtoUsd: call.price.status === 'unpriced' ? 0n : call.price.costFemtoUsd,
  };
}
