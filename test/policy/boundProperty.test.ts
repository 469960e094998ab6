import { waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf } from '../../src/policy/bound.ts';
import type { AskedCall } from '../../src/policy/decision.ts';
import { imageMaximum } from '../../src/policy/outputMaximum.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { Usage } from '../../src/usage.ts';
import { llmCall, tokens } from '../pricing/llmCall.ts';
import { bounds, plainAsked } from './asked.ts';

const providers = (await waitForUpdate()) ?? [];
const names = providers.flatMap((provider) => provider.models.map((model) => [provider.id, model.id] as const));
const pricing = createPricing();

const count = fc.oneof(
  fc.integer({ min: 0, max: 20_000 }),
  fc.constantFrom(0, 1, 128_000, 128_001, 200_000, 200_001, 272_000, 272_001),
  fc.integer({ min: 0, max: 1_000_000_000_000 }),
);
const asked: fc.Arbitrary<Partial<AskedCall>> = fc.record({
  inputTokens: fc.option(count, { nil: null, freq: 4 }),
  inputBytes: count,
  messages: fc.integer({ min: 0, max: 50 }),
  tools: fc.integer({ min: 0, max: 20 }),
  images: fc.integer({ min: 0, max: 5 }),
  maxOutputTokens: count,
  choices: fc.integer({ min: 1, max: 128 }),
  cacheWrite: fc.constantFrom('none', '5m', '1h', null),
  // Most cards have no price for searches, and then there is no bound.
  webSearches: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 10 })),
});
const share = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));
const shares = fc.array(share, { minLength: 9, maxLength: 9 });

/** Usage within what was declared: every share takes of what the ones before it left. */
function usageWithin(call: AskedCall, inputTokens: number, parts: readonly number[]): Usage {
  const imageTokens = call.images * imageMaximum(call.model);
  let text = inputTokens - imageTokens;
  let images = imageTokens;
  let output = Math.min(call.maxOutputTokens ?? 0, 1e12 / call.choices) * call.choices;
  const ofText = (part: number): number => {
    const taken = Math.floor(text * part);
    text -= taken;
    return taken;
  };
  const ofOutput = (part: number): number => {
    const taken = Math.floor(output * part);
    output -= taken;
    return taken;
  };
  const [read = 0, short = 0, long = 0, plain = 0, image = 0, audioOut = 0, imageOut = 0, out = 0, reasons = 0] = parts;
  const imageInput = Math.floor(images * image);
  images -= imageInput;
  const { cacheWrite } = call;
  const audio_output = ofOutput(audioOut);
  const image_output = ofOutput(imageOut);
  const plainOutput = ofOutput(out);
  return tokens({
    cache_read: ofText(read),
    cache_write_5m: cacheWrite === 'none' ? 0 : ofText(short),
    cache_write_1h: cacheWrite === '1h' || cacheWrite === null ? ofText(long) : 0,
    input_uncached: ofText(plain) + images,
    output: plainOutput,
    reasoning: Math.floor(plainOutput * reasons),
    other: { image_input: imageInput, audio_output, image_output, web_search_requests: call.webSearches },
  });
}

describe('the price of a call', () => {
  it('is never above its bound, for any model of the library and any usage within what was declared', () => {
    let priced = 0;
    const instant = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 5, 1) });
    const skewMs = fc.integer({ min: -300_000, max: 300_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        asked,
        shares,
        instant,
        skewMs,
        ([provider, model], of, parts, ms, skew) => {
          const call: AskedCall = { ...plainAsked, ...of, provider, model };
          const bound = bounds.boundOf(call, model, ms);
          if ('unpriced' in bound) return;
          const usage = usageWithin(call, bound.inputTokens, parts);
          const startUnixNano = BigInt(ms + skew) * 1_000_000n;
          const { price } = pricing.price(llmCall({ provider, model, usage, startUnixNano }));
          if (price.status === 'unpriced') return;
          priced += 1;
          expect(price.costFemtoUsd).toBeLessThanOrEqual(costOf(bound, bound.outputTokens, call.choices));
        },
      ),
      { numRuns: 4_000 },
    );
    // The claim is about priced calls; most are.
    expect(priced).toBeGreaterThan(1_500);
  });

  it('reaches the bound of an ordinary call: it is no larger than it has to be', () => {
    const bound = bounds.boundOf(plainAsked, 'gpt-4o', Date.UTC(2026, 9, 1));
    if ('unpriced' in bound) throw new Error(bound.unpriced);
    const { price } = pricing.price(llmCall({ usage: tokens({ input_uncached: 1_000, output: 500 }) }));
    expect(price).toMatchObject({ costFemtoUsd: costOf(bound, 500, 1) });
  });
});
