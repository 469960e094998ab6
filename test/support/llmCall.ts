import { noSubject } from '../../src/attribution/subject.ts';
import type { LlmCall, SpanSkeleton } from '../../src/call.ts';
import { emptyUsage } from '../../src/usage.ts';

/** A span that says as little as a span may. Tests spread it and say what matters to them. */
export const plainSpan: SpanSkeleton = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  parentSpanId: null,
  name: 'work',
  kind: 1,
  /** 2026-10-01T12:00:00Z. */
  startUnixNano: 1_790_856_000_000_000_000n,
  durationNano: 1_500_000_000n,
  status: 'ok',
  service: null,
  environment: null,
  operation: null,
  own: noSubject,
};

/** The one place of the tests where the record of a call is written out: a chat with gpt-4o that reports no usage. */
export const plainCall: LlmCall = {
  ...plainSpan,
  name: 'chat gpt-4o',
  kind: 3,
  operation: 'chat',
  role: 'call',
  containerRule: null,
  dialect: 'genai',
  scope: null,
  isEmitterKnown: false,
  provider: 'openai',
  model: 'gpt-4o',
  requestModel: 'gpt-4o',
  responseModel: null,
  responseId: null,
  requestId: null,
  reservationId: null,
  errorType: null,
  httpStatus: null,
  usage: emptyUsage,
  cacheSemantics: 'inclusive:convention',
  usageSource: 'provider',
  lossy: false,
  usageFault: null,
  serviceTier: null,
  priceFacts: null,
  reportedCostFemtoUsd: null,
  resourceSubject: noSubject,
};
