import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LlmCall, Priced, Unpriced } from '../../src/call.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { llmCall, tokens } from './llmCall.ts';

const pricing = createPricing();
const priceOf = (changes: Partial<LlmCall>): Priced | Unpriced => pricing.price(llmCall(changes)).price;

describe('pricing a call', () => {
  it('adds the price and leaves every field of the call as it was', () => {
    const call = llmCall();
    const { price, ...rest } = pricing.price(call);
    expect(rest).toStrictEqual(call);
    expect(price.status).toBe('priced');
  });

  it('gives a reason, never 0, where it knows no price', () => {
    const unknown: [Partial<LlmCall>, Unpriced['reason']][] = [
      [{ provider: 'ibm.watsonx.ai', model: 'granite-3-8b' }, 'unknown_provider'],
      [{ provider: null, model: 'our-own-llama' }, 'unknown_provider'],
      [{ provider: 'openai', model: 'not-a-model' }, 'unknown_model'],
      [{ provider: 'openai', model: null }, 'unknown_model'],
      [{ provider: 'openai', model: '' }, 'unknown_model'],
      [{ provider: 'openai', model: ' ' }, 'unknown_model'],
      [{ provider: ' ', model: 'gpt-4o' }, 'unknown_provider'],
      [
        { provider: 'openai', model: 'text-embedding-3-small', usage: tokens({ input_uncached: 1, output: 1 }) },
        'no_rate_for_unit',
      ],
      [
        { model: 'gpt-4', usage: tokens({ input_uncached: 1, output: 1, other: { web_search_requests: 1 } }) },
        'no_rate_for_unit',
      ],
      [{ usageFault: 'input_tokens is -5' }, 'inconsistent_usage'],
      [{ usage: tokens({}) }, 'no_usage'],
    ];
    for (const [changes, reason] of unknown)
      expect(priceOf(changes), JSON.stringify(changes)).toEqual({ status: 'unpriced', reason });
  });

  it('never throws and never prices an unknown name, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (provider, model) => {
          expect(priceOf({ provider: `zz${provider}`, model }).status).toBe('unpriced');
          expect(priceOf({ provider: 'groq', model: `zz${model}` })).toEqual({
            status: 'unpriced',
            reason: 'unknown_model',
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1_000_000_000_001])(
    'calls %d tokens inconsistent',
    (output) => {
      expect(priceOf({ usage: tokens({ input_uncached: 1, output }) })).toEqual({
        status: 'unpriced',
        reason: 'inconsistent_usage',
      });
    },
  );

  it('calls more reasoning than output inconsistent where reasoning has a price of its own', () => {
    const usage = tokens({ input_uncached: 10, output: 5, reasoning: 6 });
    const perplexity = { provider: 'perplexity', model: 'sonar-deep-research' };
    expect(priceOf({ ...perplexity, usage })).toEqual({ status: 'unpriced', reason: 'inconsistent_usage' });
    expect(priceOf({ ...perplexity, usage: { ...usage, reasoning: 5 } }).status).toBe('priced');
  });
});

describe('a call without usage', () => {
  const failed = { status: 'error', usage: tokens({}) } as const;

  it.each(['400', '401', '429', '500', '529'])('costs nothing when the provider refused it with %s', (errorType) => {
    expect(priceOf({ ...failed, errorType })).toEqual({
      status: 'priced',
      costFemtoUsd: 0n,
      partsFemtoUsd: {},
      source: 'default',
      card: null,
      effectiveFrom: null,
      serviceTier: 'standard',
    });
  });

  it('costs nothing when the HTTP status says refused, whatever the error is named', () => {
    const error = { ...failed, errorType: 'invalid_request_error' };
    expect(priceOf({ ...error, httpStatus: '400' })).toMatchObject({ status: 'priced', costFemtoUsd: 0n });
    expect(priceOf({ ...error, httpStatus: '200' })).toEqual({ status: 'unpriced', reason: 'no_usage' });
  });

  it.each(['timeout', '_OTHER', '200', '399', '600', '4290', 'HTTP 429', null])(
    'costs nobody knows what after the error %s',
    (errorType) => {
      expect(priceOf({ ...failed, errorType })).toEqual({ status: 'unpriced', reason: 'no_usage' });
    },
  );

  it('is not excused by an HTTP error when it did not fail, and is billed for usage when it did', () => {
    expect(priceOf({ status: 'ok', usage: tokens({}), errorType: '429' })).toEqual({
      status: 'unpriced',
      reason: 'no_usage',
    });
    // 1000 × 2.50e-6 + 500 × 10e-6
    expect(priceOf({ status: 'error', errorType: '500' })).toMatchObject({ costFemtoUsd: 7_500_000_000_000n });
  });
});

describe('a cost on the span', () => {
  const reported = { reportedCostFemtoUsd: 42n };

  it.each(['openrouter', 'perplexity', 'x_ai', 'xai'])('is taken as it is from %s, which bills it', (provider) => {
    expect(priceOf({ provider, model: 'whatever', ...reported })).toEqual({
      status: 'reported',
      costFemtoUsd: 42n,
      partsFemtoUsd: {},
      source: 'provider',
      card: null,
      effectiveFrom: null,
      serviceTier: 'standard',
    });
  });

  it('is taken even where the usage is missing or contradicts itself', () => {
    const call = { provider: 'openrouter', ...reported };
    expect(priceOf({ ...call, usage: tokens({}) })).toMatchObject({ status: 'reported', costFemtoUsd: 42n });
    expect(priceOf({ ...call, usageFault: 'cache above input' })).toMatchObject({
      status: 'reported',
      costFemtoUsd: 42n,
    });
  });

  it('is only kept beside our own price on anybody else’s span', () => {
    for (const provider of ['openai', 'anthropic', null]) {
      expect(priceOf({ provider, model: 'gpt-4o', ...reported })).not.toMatchObject({ status: 'reported' });
    }
    expect(priceOf(reported)).toMatchObject({ status: 'priced', costFemtoUsd: 7_500_000_000_000n });
  });

  it('counts at zero and is passed over below', () => {
    const call = { provider: 'openrouter', model: 'openai/gpt-4o' };
    expect(priceOf({ ...call, reportedCostFemtoUsd: 0n })).toMatchObject({ status: 'reported', costFemtoUsd: 0n });
    expect(priceOf({ ...call, reportedCostFemtoUsd: -1n })).toMatchObject({
      status: 'priced',
      card: 'openrouter/openai/gpt-4o',
    });
  });
});

describe('the status', () => {
  const status = (changes: Partial<LlmCall>): string => priceOf(changes).status;

  it('is lossy where part of the usage is missing, guessed or not', () => {
    expect(status({ lossy: true })).toBe('lossy');
    expect(status({ lossy: true, usageSource: 'estimate', serviceTier: 'batch' })).toBe('lossy');
    expect(status({ lossy: true, usage: tokens({ output: 500 }) })).toBe('lossy');
  });

  it('is priced for embeddings, which have no output', () => {
    const usage = tokens({ input_uncached: 1_000 });
    // 1000 × 0.02e-6
    expect(priceOf({ model: 'text-embedding-3-small', operation: 'embeddings', usage })).toMatchObject({
      status: 'priced',
      costFemtoUsd: 20_000_000_000n,
    });
  });

  it('is estimated where the emitter guessed the usage', () => {
    expect(status({ usageSource: 'estimate' })).toBe('estimated');
  });

  it.each([
    ['batch', 'priced', 3_750_000_000_000n],
    ['flex', 'estimated', 7_500_000_000_000n],
    ['Batch', 'priced', 3_750_000_000_000n],
    ['standard', 'priced', 7_500_000_000_000n],
    ['default', 'priced', 7_500_000_000_000n],
    ['auto', 'priced', 7_500_000_000_000n],
    ['on_demand', 'priced', 7_500_000_000_000n],
    ['scale', 'estimated', 7_500_000_000_000n],
  ])(
    'under the tier %s is %s, an estimate where the tier has no prices that anybody knows',
    (serviceTier, expected, cost) => {
      // 1000 × 2.50e-6 + 500 × 10e-6, or half of it; gpt-4o is not served under flex.
      expect(priceOf({ serviceTier })).toMatchObject({ status: expected, serviceTier, costFemtoUsd: cost });
    },
  );
});
