import { waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bounds, costOf } from '../../src/policy/bound.ts';
import type { AskedCall } from '../../src/policy/decision.ts';
import { imageMaximum } from '../../src/policy/outputMaximum.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import type { WrittenPrice } from '../../src/pricing/writtenPrice.ts';
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
  serviceTier: fc.constantFrom(null, 'auto', 'default', 'batch', 'flex', 'priority', 'no-such-tier'),
  inferenceGeo: fc.constantFrom(null, 'us', 'global'),
  speed: fc.constantFrom(null, 'fast', 'standard'),
  searchContextSize: fc.constantFrom(null, 'low', 'medium', 'high'),
});
/** Which of the conditions hold when the call is served, or are told of it. */
const held = fc.record({ tier: fc.boolean(), geo: fc.boolean(), speed: fc.boolean(), size: fc.boolean() });
type Held = typeof held extends fc.Arbitrary<infer Value> ? Value : never;

function served(call: AskedCall, holds: Held) {
  const { serviceTier, inferenceGeo, speed, searchContextSize } = call;
  return {
    serviceTier: holds.tier ? (serviceTier === 'auto' ? 'priority' : serviceTier) : 'default',
    priceFacts: {
      inferenceGeo: holds.geo ? inferenceGeo : null,
      speed: holds.speed ? speed : null,
      searchContextSize: holds.size ? searchContextSize : null,
    },
  };
}

const rate = fc.integer({ min: 0, max: 99_999_999 }).map((micros) => `${Math.floor(micros / 1e6)}.${micros % 1e6}`);
const change = fc.integer({ min: -600_000, max: 600_000 });
/** What somebody set for the model, or that it is priced as another; its instants are about that of the decision. */
const override = fc.record({
  fromMs: fc.option(change),
  lastsMs: fc.option(fc.integer({ min: 1, max: 600_000 })),
  rates: fc.record(
    {
      input_usd_per_mtok: rate,
      output_usd_per_mtok: rate,
      cache_read_usd_per_mtok: rate,
      cache_write_5m_usd_per_mtok: rate,
      cache_write_1h_usd_per_mtok: rate,
      reasoning_usd_per_mtok: rate,
      audio_output_usd_per_mtok: rate,
      web_search_usd_per_kcount: rate,
      request_usd_per_kcount: rate,
    },
    { requiredKeys: ['input_usd_per_mtok', 'output_usd_per_mtok'] },
  ),
  above: fc.option(fc.record({ aboveInputTokens: fc.constantFrom(128_000, 200_000), rate })),
  mapsTo: fc.option(fc.constantFrom('openai/gpt-5', 'anthropic/claude-opus-4-8', 'deepseek/deepseek-chat'), {
    freq: 3,
  }),
});
type Set = typeof override extends fc.Arbitrary<infer Value> ? Value : never;

function writtenPrice(provider: string, model: string, atMs: number, set: Set): WrittenPrice {
  const { fromMs, lastsMs, rates, above, mapsTo } = set;
  const iso = (ms: number): string => new Date(ms).toISOString();
  const longContext =
    above === null
      ? []
      : [{ aboveInputTokens: above.aboveInputTokens, rates: { ...rates, output_usd_per_mtok: above.rate } }];
  return {
    provider,
    model,
    from: fromMs === null ? null : iso(atMs + fromMs),
    to: lastsMs === null ? null : iso(atMs + (fromMs ?? 0) + lastsMs),
    ...(mapsTo === null ? { rates, longContext } : { rates: {}, longContext: [] }),
    mapsTo,
  };
}
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
  it('is never above its bound, for any model, prices set for it, conditions and usage within what was declared', () => {
    let counted = 0;
    let custom = 0;
    const instant = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 5, 1) });
    const skewMs = fc.integer({ min: -300_000, max: 300_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        asked,
        shares,
        instant,
        skewMs,
        held,
        fc.array(override, { maxLength: 2 }),
        ([provider, model], of, parts, ms, skew, holds, set) => {
          const call: AskedCall = { ...plainAsked, ...of, provider, model };
          const overrides = compileOverrides([set.map((one) => writtenPrice(provider, model, ms, one))]);
          const bound = new Bounds((asked) => pricing.cardOf(asked, overrides)).boundOf(call, model, ms);
          if ('unpriced' in bound) return;
          const usage = usageWithin(call, bound.inputTokens, parts);
          const startUnixNano = BigInt(ms + skew) * 1_000_000n;
          const priced = llmCall({ provider, model, usage, startUnixNano, ...served(call, holds) });
          const { price } = pricing.price(priced, overrides);
          if (price.status === 'unpriced') return;
          counted += 1;
          if (price.source === 'custom') custom += 1;
          expect(price.costFemtoUsd).toBeLessThanOrEqual(costOf(bound, bound.outputTokens, call.choices));
        },
      ),
      { numRuns: 4_000 },
    );
    // The claim is about priced calls; most are.
    expect(counted).toBeGreaterThan(1_500);
    expect(custom).toBeGreaterThan(300);
  });

  it('reaches the bound of an ordinary call: it is no larger than it has to be', () => {
    const bound = bounds.boundOf(plainAsked, 'gpt-4o', Date.UTC(2026, 9, 1));
    if ('unpriced' in bound) throw new Error(bound.unpriced);
    const { price } = pricing.price(llmCall({ usage: tokens({ input_uncached: 1_000, output: 500 }) }));
    expect(price).toMatchObject({ costFemtoUsd: costOf(bound, 500, 1) });
  });
});
