import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateHarness } from './gateHarness.ts';
import type { GateHarness, Seen } from './gateHarness.ts';

describe('the reservation of a call', () => {
  let harness: GateHarness;
  let seen: Readonly<Record<string, Seen>>;
  const idsOf = new Map<string, string[]>();

  beforeAll(async () => {
    harness = await startGateHarness();
    harness.policy.answerWith(({ call, idempotency_key }) => {
      const model = String(call?.['model']);
      idsOf.set(model, [...(idsOf.get(model) ?? []), idempotency_key]);
      // The test's own id, so that settlements are told apart.
      return { decision_id: idempotency_key };
    });
    seen = await harness.run('gateCases.cjs', { GROUP: 'settle' });
  });

  afterAll(() => harness[Symbol.asyncDispose]());

  /** What each reservation of a case was settled with, in the order in which they were made; null: not at all. */
  const settledOf = (name: string): unknown[] =>
    (idsOf.get(`m-${name}`) ?? []).map((id) => {
      const bodies = harness.policy.settled.filter((one) => one.id === id).map(({ body }) => body);
      expect(bodies.length).toBeLessThanOrEqual(1);
      return bodies[0] ?? null;
    });

  it('is settled with the usage of the answer, in disjoint buckets', () => {
    // 10 + 90 read from the cache; 40 with 30 of reasoning inside.
    expect(settledOf('whole')).toEqual([
      {
        usage: { input_uncached: 10, cache_read: 90, output: 40, reasoning: 30, audio_input: 0, audio_output: 0 },
        model: 'm-whole',
        service_tier: 'flex',
        final: true,
      },
    ]);
    expect(settledOf('claude')).toEqual([
      {
        usage: {
          input_uncached: 12,
          cache_read: 8_000,
          cache_write_5m: 300,
          cache_write_1h: 50,
          output: 150,
          web_search_requests: 2,
        },
        model: 'm-claude',
        service_tier: 'standard',
        final: true,
      },
    ]);
    expect(settledOf('embeddings')).toMatchObject([{ usage: { input_uncached: 3 }, final: true }]);
  });

  it('is settled with what decides the price beside the usage, and its span has it too', () => {
    const fast = { service_tier: 'standard', inference_geo: 'us', speed: 'fast' };
    expect(settledOf('claudeFast')).toMatchObject([fast]);
    expect(settledOf('claudeFastStream')).toMatchObject([fast]);
    for (const name of ['m-claudeFast', 'm-claudeFastStream']) {
      expect(harness.spanOf(name).attributes).toMatchObject({
        'anthropic.request.inference_geo': 'us',
        'anthropic.response.inference_geo': 'us',
        'anthropic.request.speed': 'fast',
        'anthropic.response.speed': 'fast',
      });
    }
    // The answer does not repeat it: as it was asked for.
    expect(settledOf('searching')).toMatchObject([{ service_tier: 'default', search_context_size: 'high' }]);
    expect(harness.spanOf('m-searching').attributes).toMatchObject({ 'tollgate.usage.search_context_size': 'high' });
  });

  it('of a stream is settled at its end', () => {
    expect(settledOf('stream')).toMatchObject([{ usage: { input_uncached: 10, output: 7 }, final: true }]);
  });

  it('of a stream that was left is settled in part, with what was seen', () => {
    // "user" and "one two three" are 17 characters, at 4 a token 5 tokens.
    expect(settledOf('streamBreak')).toMatchObject([{ usage: { input_uncached: 5 }, final: false }]);
    // Anthropic tells the input at once.
    expect(settledOf('claudeBreak')).toMatchObject([{ usage: { input_uncached: 5, cache_read: 95 }, final: false }]);
  });

  it('is settled with nothing where the provider answered with an error', () => {
    const nothing = { input_uncached: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, output: 0 };
    expect(settledOf('refused')).toEqual([{ usage: nothing, final: true }]);
    expect(settledOf('overloaded')).toEqual([{ usage: nothing, final: true }]);
  });

  it('is released where the request surely was not sent', () => {
    expect(settledOf('neverSent')).toEqual([{ released: true }]);
    expect(settledOf('abortedBefore')).toEqual([{ released: true }]);
  });

  it('is left to expire where nobody knows what was billed', () => {
    expect(settledOf('abortedWhile')).toEqual([null]);
    expect(settledOf('reset')).toEqual([null]);
    expect(settledOf('noUsage')).toEqual([null]);
  });

  it('holds for a retry after an error of the provider; after one that may be billed, the retry has its own', () => {
    expect(settledOf('retried')).toMatchObject([{ final: true, usage: { output: 16 } }]);
    // Both attempts ran into the timeout: nobody knows of either.
    expect(settledOf('timedOut')).toEqual([null, null]);
    expect(harness.spanOf('m-timedOut').attributes['tollgate.reservation.id']).toBe(idsOf.get('m-timedOut')?.[1]);
  });

  it('changes nothing of what the application sees', () => {
    const errors = Object.entries(seen).flatMap(([name, { error }]) =>
      error === undefined ? [] : [[name, error['class']]],
    );
    expect(errors).toEqual([
      ['refused', 'BadRequestError'],
      ['overloaded', 'InternalServerError'],
      ['neverSent', 'APIConnectionError'],
      ['abortedBefore', 'APIUserAbortError'],
      ['abortedWhile', 'APIUserAbortError'],
      ['reset', 'APIConnectionError'],
      ['timedOut', 'APIConnectionTimeoutError'],
    ]);
  });
});
