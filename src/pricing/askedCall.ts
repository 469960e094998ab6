import type { LlmCall, PriceFacts, Subject } from '../call.ts';
import { emptyUsage, type Usage } from '../usage.ts';

/** A call that nobody made: somebody asks what it would cost. */
export interface AskedCall {
  /** As spans name it; null: not said. */
  readonly provider: string | null;
  readonly model: string;
  readonly atMs: number;
  /** Null: only which rates hold is asked. */
  readonly usage: Usage | null;
  readonly serviceTier: string | null;
  readonly priceFacts: PriceFacts | null;
}

const NANOS_A_MS = 1_000_000n;

const nobody: Subject = {
  agent: null,
  agentId: null,
  user: null,
  session: null,
  run: null,
  endpoint: null,
  tags: {},
};

/** With no usage it says 0 tokens: what holds for the model then answers, without "nobody reported any". */
const noTokens: Usage = { ...emptyUsage, input_uncached: 0, output: 0 };

/** The record that a span of the call would give, as far as prices depend on it. */
export function callOf({ provider, model, atMs, usage, serviceTier, priceFacts }: AskedCall): LlmCall {
  return {
    traceId: '',
    spanId: '',
    parentSpanId: null,
    name: '',
    kind: 0,
    startUnixNano: BigInt(atMs) * NANOS_A_MS,
    durationNano: 0n,
    status: 'ok',
    service: null,
    environment: null,
    operation: null,
    own: nobody,
    role: 'call',
    containerRule: null,
    dialect: 'tollgate',
    scope: null,
    isEmitterKnown: true,
    provider,
    model,
    requestModel: model,
    responseModel: null,
    responseId: null,
    requestId: null,
    reservationId: null,
    errorType: null,
    httpStatus: null,
    usage: usage ?? noTokens,
    cacheSemantics: null,
    usageSource: 'provider',
    lossy: false,
    usageFault: null,
    serviceTier,
    priceFacts,
    reportedCostFemtoUsd: null,
    resourceSubject: nobody,
  };
}
