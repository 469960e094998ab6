import type { PricedCall, Subject as SpanSubject } from '../../../src/call.ts';
import type { Budget, BudgetWindow } from '../../../src/policy/budget.ts';
import type { AskedCall, DecisionRequest } from '../../../src/policy/decision.ts';
import { noSubject } from '../../../src/attribution/subject.ts';
import { emptyUsage, type Usage } from '../../../src/usage.ts';
import { plainCall } from '../../support/llmCall.ts';
import type { Draw } from '../traces/draw.ts';
import { pricing } from './replicas.ts';

const FEMTO = 10n ** 15n;
const models = ['gpt-4o', 'gpt-4o', 'gpt-4o', 'gpt-4o-mini', 'mystery-1'] as const;
const agents = ['ann', 'bob', null] as const;
const users = ['u1', 'u2', null] as const;

function drawWindow(draw: Draw): BudgetWindow {
  return draw.pick<BudgetWindow>([
    { kind: 'run' },
    { kind: 'session' },
    { kind: 'hour' },
    { kind: 'day' },
    { kind: 'week' },
    { kind: 'month' },
    { kind: 'rolling', ms: 60_000 },
    { kind: 'rolling', ms: 5_400_000 },
    { kind: 'rolling', ms: 86_400_000 },
  ]);
}

/** A limit of a few calls: a call of gpt-4o is bound by about 0.012 USD and 1,800 tokens. */
export function drawLimit(draw: Draw): Budget['limit'] {
  return draw.pick<Budget['limit']>([
    { unit: 'usd', amount: (FEMTO * BigInt(draw.between(1, 120))) / 1000n },
    { unit: 'usd', amount: (FEMTO * BigInt(draw.between(1, 120))) / 1000n },
    { unit: 'tokens', amount: BigInt(draw.between(500, 20_000)) },
    { unit: 'calls', amount: BigInt(draw.between(1, 10)) },
  ]);
}

export function drawBudget(draw: Draw, name: string): Budget {
  const match = draw.pick<Budget['match']>([
    {},
    {},
    { agent: 'a*' },
    { user: '*' },
    { model: 'gpt-4o*' },
    { model: 'gpt-4o-2024*' },
    { 'tag.team': 'red' },
    { agent: '(none)' },
    { provider: 'openai', user: 'u1' },
  ]);
  return {
    name,
    source: 'api',
    match,
    per: draw.pick<Budget['per']>([[], [], ['user'], ['agent', 'user'], ['model'], ['tag.team'], ['session']]),
    window: drawWindow(draw),
    timezone: draw.pick(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'America/Los_Angeles']),
    limit: drawLimit(draw),
    alertAt: draw.pick([[], [50, 80, 100]]),
    onExceed: draw.pick(['deny', 'deny', 'deny', 'warn', 'downgrade', 'require_approval']),
    downgrade: draw.pick<Budget['downgrade']>([{ 'gpt-4o': 'gpt-4o-mini' }, { 'gpt-4o-mini': 'gpt-4o' }]),
    unpriced: draw.pick<Budget['unpriced']>([
      { kind: 'deny' },
      { kind: 'allow' },
      { kind: 'allow' },
      { kind: 'assume', femtoUsd: FEMTO / 50n },
    ]),
    lostCalls: draw.pick(['presume', 'presume', 'release']),
    mode: draw.pick(['enforce', 'enforce', 'enforce', 'enforce', 'shadow']),
    minOutputTokens: draw.pick([1, 64, 300]),
    stopStreams: false,
  };
}

const hex = (draw: Draw, digits: number): string =>
  Array.from({ length: digits }, () => draw.below(16).toString(16)).join('');

function drawCall(draw: Draw): AskedCall {
  return {
    provider: 'openai',
    model: draw.pick(models),
    operation: 'chat',
    traceId: hex(draw, 32),
    runId: draw.pick(['r1', 'r2', null]),
    ...(draw.chance(70)
      ? { inputTokens: draw.between(0, 2000), inputBytes: null }
      : { inputTokens: null, inputBytes: draw.between(0, 3000) }),
    messages: draw.between(0, 3),
    tools: draw.between(0, 2),
    images: 0,
    isInputBounded: true,
    maxOutputTokens: draw.chance(85) ? draw.between(1, 1000) : null,
    canLimitOutput: draw.chance(70),
    choices: draw.pick([1, 1, 1, 2]),
    cacheWrite: 'none',
    webSearches: 0,
    serviceTier: null,
    inferenceGeo: null,
    speed: null,
    searchContextSize: null,
  };
}

export function drawRequest(draw: Draw, tenant: string, key: string | null): DecisionRequest {
  const tags: Record<string, string> = draw.chance(50) ? { team: draw.pick(['red', 'blue']) } : {};
  return {
    tenant,
    subject: {
      agent: draw.pick(agents),
      user: draw.pick(users),
      session: draw.pick(['s1', null]),
      service: 'shop',
      environment: draw.pick(['prod', null]),
      tags,
    },
    call: drawCall(draw),
    idempotencyKey: key,
    requestHash: hex(draw, 8),
    ttlMs: 120_000,
  };
}

export function drawUsage(draw: Draw, boundTokens: number): Usage {
  const most = draw.chance(80) ? Math.floor(boundTokens / 2) : boundTokens * 2;
  return { ...emptyUsage, input_uncached: draw.between(0, most), output: draw.between(1, most + 1) };
}

export interface SpanWords {
  readonly traceId: string;
  readonly spanId?: string;
  readonly parentSpanId: string | null;
  readonly startMs: number;
  readonly reservationId: string | null;
  readonly model: string;
  /** Where it is not of the requested model's family. */
  readonly answeringModel?: string;
  readonly provider?: string;
  readonly usage: Usage;
  readonly own: Partial<SpanSubject>;
  readonly environment: string | null;
}

/** A call as a span brings it, priced. */
export function drawSpan(draw: Draw, words: SpanWords): PricedCall {
  const { startMs, own, model, answeringModel, ...others } = words;
  const isGpt = model.startsWith('gpt-4o') && draw.chance(40);
  const known = isGpt ? (model === 'gpt-4o' ? 'gpt-4o-2024-08-06' : 'gpt-4o-mini-2024-07-18') : model;
  const responseModel = answeringModel ?? known;
  return pricing.price({
    ...plainCall,
    ...others,
    spanId: words.spanId ?? hex(draw, 16),
    startUnixNano: BigInt(Math.floor(startMs)) * 1_000_000n + BigInt(draw.below(1000)) * 1000n,
    durationNano: BigInt(draw.between(1, 2000)) * 1_000_000n,
    requestModel: model,
    responseModel,
    model: responseModel,
    service: 'shop',
    own: { ...noSubject, ...own },
    usageSource: draw.chance(80) ? 'provider' : 'estimate',
    lossy: draw.chance(8),
  });
}
