import type { LlmCall, Subject } from '../../src/call.ts';
import { emptyUsage, type Usage } from '../../src/usage.ts';

const nobody: Subject = { agent: null, agentId: null, user: null, session: null, run: null, endpoint: null, tags: {} };

export function unixNano(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1_000_000n;
}

/** An ordinary chat call at noon of 2026-10-01, changed by what the test is about. */
export function llmCall(changes: Partial<LlmCall> & { readonly usage?: Usage } = {}): LlmCall {
  return {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    parentSpanId: 'eee19b7ec3c1b173',
    name: 'chat gpt-4o',
    kind: 3,
    startUnixNano: unixNano('2026-10-01T12:00:00Z'),
    durationNano: 1_234_500_000n,
    status: 'ok',
    service: 'api',
    environment: 'prod',
    operation: 'chat',
    own: nobody,
    role: 'call',
    containerRule: null,
    dialect: 'genai',
    provider: 'openai',
    model: 'gpt-4o',
    requestModel: 'gpt-4o',
    responseModel: 'gpt-4o-2024-08-06',
    responseId: 'chatcmpl-1',
    errorType: null,
    httpStatus: null,
    usage: tokens({ input_uncached: 1_000, output: 500 }),
    cacheSemantics: 'inclusive:convention',
    usageSource: 'provider',
    lossy: false,
    usageFault: null,
    serviceTier: null,
    reportedCostFemtoUsd: null,
    resourceSubject: nobody,
    ...changes,
  };
}

export function tokens(buckets: Partial<Usage>): Usage {
  return { ...emptyUsage, ...buckets };
}
