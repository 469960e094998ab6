import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { Usage } from '../../src/usage.ts';
import { tokenTotals } from '../../src/usage.ts';
import { anyUsage as usage, instant } from './arbitraries.ts';
import { llmCall, tokens } from './llmCall.ts';
import { exactCost } from './rationalModel.ts';

const providers = (await waitForUpdate()) ?? [];
const names = providers.flatMap((provider) => provider.models.map((model) => [provider.id, model.id] as const));

describe('a price by the library’s card', () => {
  const pricing = createPricing({ corrections: [], adjustments: [] });

  it('equals an independent calculation with fractions, to the digit, for any model, usage and instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), usage, instant, ([provider, model], used, ms) => {
        const match = calcPrice({}, model, { providerId: provider, timestamp: new Date(ms) });
        fc.pre(match !== null && Object.keys(match.model_price).length > 0);
        const { price } = pricing.price(
          llmCall({ provider, model, usage: used, startUnixNano: BigInt(ms) * 1_000_000n + 999_999n }),
        );
        const expected = exactCost(match?.model_price ?? {}, used);
        if (price.status === 'unpriced') {
          expect([price.reason, expected]).toEqual(['no_rate_for_unit', null]);
          return;
        }
        expect(price.costFemtoUsd).toBe(expected);
        expect(price.card).toBe(`${match?.provider.id}/${match?.model.id}`);
      }),
      { numRuns: 3_000 },
    );
  });

  it('agrees with the library’s own floating-point total to half a femto-USD a token', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), usage, instant, ([provider, model], used, ms) => {
        const { price } = pricing.price(
          llmCall({ provider, model, usage: used, startUnixNano: BigInt(ms) * 1_000_000n }),
        );
        if (price.status === 'unpriced') return;
        const theirs = calcPrice(libraryUsage(used), model, { providerId: provider, timestamp: new Date(ms) });
        const difference = Math.abs(Number(price.costFemtoUsd) / 1e15 - (theirs?.total_price ?? Number.NaN));
        // A rate that is no whole femto-USD a token (0.0833… USD a million) is rounded once, by half a femto at the most;
        // the rest is the library's own floating point.
        const { inputTokens, outputTokens } = tokenTotals(used);
        const rounding = (inputTokens + outputTokens) * 0.5e-15;
        expect(difference).toBeLessThanOrEqual(rounding + Math.max(1e-15, (theirs?.total_price ?? 0) * 1e-12));
      }),
      { numRuns: 1_000 },
    );
  });

  it('has parts that add up to the cost, each above zero', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), usage, instant, ([provider, model], used, ms) => {
        const { price } = pricing.price(
          llmCall({ provider, model, usage: used, startUnixNano: BigInt(ms) * 1_000_000n }),
        );
        if (price.status === 'unpriced') return;
        const parts = Object.values(price.partsFemtoUsd);
        expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(price.costFemtoUsd);
        expect(parts.every((part) => part > 0n)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('can be compiled for every model of the library', () => {
    const used = tokens({ input_uncached: 1_000, output: 10 });
    const priced = names.filter(
      ([provider, model]) => pricing.price(llmCall({ provider, model, usage: used })).price.status !== 'unpriced',
    );
    expect(names.length).toBeGreaterThan(1_600);
    expect(priced.length / names.length).toBeGreaterThan(0.85);
  });
});

/** The library's counts are totals that include their parts. */
function libraryUsage(used: Usage): Record<string, number> {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = tokenTotals(used);
  const { other } = used;
  return {
    input_tokens: inputTokens,
    cache_read_tokens: cacheReadTokens,
    cache_write_tokens: cacheWriteTokens,
    cache_write_1h_tokens: used.cache_write_1h ?? 0,
    input_audio_tokens: (other.audio_input ?? 0) + (other.cache_read_audio ?? 0),
    cache_audio_read_tokens: other.cache_read_audio ?? 0,
    input_image_tokens: other.image_input ?? 0,
    cache_image_read_tokens: 0,
    output_tokens: outputTokens,
    output_reasoning_tokens: reasoningTokens,
    output_audio_tokens: other.audio_output ?? 0,
    output_image_tokens: other.image_output ?? 0,
    web_searches: other.web_search_requests ?? 0,
  };
}
