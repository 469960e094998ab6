import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { BadParameters } from '../../processor/api/problem.ts';
import { decisionJson } from '../../processor/policy/decisionJson.ts';
import { decisionSchema } from '../../processor/policy/decisionSchema.ts';
import { readDecisionRequest } from '../../processor/policy/decisionRequest.ts';
import { decisionRequestSchema, renewalSchema, settlementSchema } from '../../processor/policy/policySchemas.ts';
import { readRenewalIds } from '../../processor/policy/renewalRequest.ts';
import { readSettlement } from '../../processor/policy/settlementRequest.ts';
import { effects } from '../../src/policy/decision.ts';
import { allowed, ask, DECISION_ID, startEndpoint } from './endpoint.ts';

function isRead(read: (body: unknown) => unknown, body: unknown): boolean {
  try {
    read(body);
    return true;
  } catch (fault) {
    if (fault instanceof BadParameters) return false;
    throw fault;
  }
}

/** Mostly what a member may be, and now and then what it may not. */
const any = fc.constantFrom(
  null,
  '',
  ' ',
  'x',
  'NaN',
  '\0',
  true,
  false,
  0,
  -0,
  -1,
  1,
  0.5,
  128,
  129,
  3601,
  1e12,
  1e12 + 1,
  2 ** 53,
  Infinity,
  [],
  {},
);
const either = (good: fc.Arbitrary<unknown>) => fc.oneof({ weight: 8, arbitrary: good }, { weight: 1, arbitrary: any });
const record = (members: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(
    Object.fromEntries([...Object.entries(members), ['strange', any]].map(([name, value]) => [name, value] as const)),
    {
      requiredKeys: [],
    },
  );
/** A record without strangers, but for one in eight. */
const members = (of: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    {
      weight: 7,
      arbitrary: fc.record(Object.fromEntries(Object.entries(of).map(([name, value]) => [name, either(value)])), {
        requiredKeys: [],
      }),
    },
    { weight: 1, arbitrary: record(of) },
  );

const text = fc.constantFrom('a', 'gpt-4o', ' b ');
const whole = fc.constantFrom(0, 1, 64, 1_000);
const call = members({
  provider: text,
  model: text,
  operation: text,
  trace_id: fc.constantFrom('0'.repeat(31) + 'A', '0'.repeat(32)),
  run_id: text,
  input_tokens: whole,
  input_bytes: whole,
  messages: whole,
  tools: whole,
  images: whole,
  input_bounded: fc.boolean(),
  max_output_tokens: whole,
  can_limit_output: fc.boolean(),
  n: fc.constantFrom(1, 128),
  cache_write: fc.constantFrom('none', '5m', '1h'),
  web_searches: whole,
  service_tier: text,
  inference_geo: text,
  speed: text,
  search_context_size: text,
});
const tags = fc.dictionary(fc.constantFrom('t', 'u', ''), either(text), { maxKeys: 3 });
const subject = members({ agent: text, user: text, session: text, service: text, environment: text, tags });
const decision = members({ subject, call, idempotency_key: text, ttl_seconds: fc.constantFrom(1, 120, 3600) });
const usage = members({
  input_uncached: whole,
  cache_read: whole,
  output: whole,
  reasoning: whole,
  audio_input: whole,
});
const settlement = members({
  usage,
  model: text,
  final: fc.boolean(),
  service_tier: text,
  inference_geo: text,
  speed: text,
  search_context_size: text,
  released: fc.constantFrom(true, null),
});
const renewal = members({ ids: fc.array(either(fc.constant(DECISION_ID)), { maxLength: 3 }) });

describe('what /openapi.json says of a body', () => {
  const reading = (body: unknown): unknown => readDecisionRequest(body, { tenant: 'acme', agent: null });
  const bodies: readonly (readonly [string, (body: unknown) => unknown, z.ZodType, fc.Arbitrary<unknown>])[] = [
    ['decision', reading, decisionRequestSchema, decision],
    ['settlement', readSettlement, settlementSchema, settlement],
    ['renewal', readRenewalIds, renewalSchema, renewal],
  ];
  it.each(bodies)('of a %s is what is taken and what is refused', (_what, read, schema, body) => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 20, arbitrary: body }, { weight: 1, arbitrary: any }), (sent) => {
        const isTaken = isRead(read, sent);
        taken += Number(isTaken);
        expect(schema.safeParse(sent).success).toBe(isTaken);
      }),
      { numRuns: 1_000 },
    );
    // Both kinds came up often.
    expect(taken).toBeGreaterThan(50);
    expect(taken).toBeLessThan(950);
  });
});

describe('what /openapi.json says of a decision', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
  const budget = fc.record({
    unit: fc.constantFrom('usd' as const, 'tokens' as const, 'calls' as const),
    limit: amount,
    spent: amount,
    reserved: amount,
    resetsAtMicros: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000_000 })),
    key: fc.dictionary(fc.string(), fc.string()),
  });
  const reason = fc.record({
    policy: fc.string(),
    kind: fc.constantFrom('budget' as const, 'rule' as const, 'callback' as const),
    effect: fc.constantFrom(...effects),
    mode: fc.constantFrom('enforce' as const, 'shadow' as const),
    message: fc.string(),
    budget: fc.option(budget),
  });

  it('holds for every decision', () => {
    const decided = fc.record({
      decisionId: fc.uuid(),
      effect: fc.constantFrom(...effects),
      reservedFemtoUsd: fc.option(fc.bigInt({ min: 0n, max: 10n ** 24n })),
      reservedTokens: fc.nat(),
      expiresAtMicros: fc.option(fc.integer({ min: 0, max: 4_000_000_000_000_000 })),
      modify: fc.option(fc.record({ model: fc.option(fc.string()), maxOutputTokens: fc.option(fc.nat()) })),
      stopStreams: fc.boolean(),
      reasons: fc.array(reason, { maxLength: 3 }),
    });
    fc.assert(fc.property(decided, (each) => void decisionSchema.parse(decisionJson(each))));
  });

  it('names every path that the endpoint answers, and comes from the same port', async () => {
    await using endpoint = await startEndpoint({ find: async () => allowed });
    const { json } = await ask(`${endpoint.base}/openapi.json`);
    const paths = Object.entries(json['paths'] as Record<string, object>).filter(([path]) =>
      path.startsWith('/policy/'),
    );
    expect(paths.map(([path, methods]) => [path, Object.keys(methods)])).toEqual([
      ['/policy/v1/decisions', ['post']],
      ['/policy/v1/decisions/{id}', ['get']],
      ['/policy/v1/decisions/{id}/settlement', ['post']],
      ['/policy/v1/renewals', ['post']],
    ]);
  });
});
