import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newPriceOf } from '../../processor/reprice/storedCall.ts';
import { selectPage } from '../../processor/reprice/statements/selectStoredCalls.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { LlmCall } from '../../src/call.ts';
import { compileOverrides } from '../../src/pricing/overrides.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { batch, call } from '../store/samples.ts';
import { openTestDatabase } from '../support/database.ts';
import { START_MICROS, TENANT } from './books.ts';

const tokens = fc.option(fc.constantFrom(0, 1, 999, 250_000), { freq: 2 });
const calls: fc.Arbitrary<LlmCall> = fc
  .record({
    named: fc.constantFrom<readonly [string, string]>(
      ['openai', 'gpt-4o'],
      ['openai', 'gpt-5'],
      ['anthropic', 'claude-sonnet-4-5'],
      ['gcp.vertex_ai', 'gemini-2.5-pro'],
      ['perplexity', 'sonar'],
      ['x_ai', 'grok-4'],
      ['openrouter', 'openai/gpt-4o'],
      ['deepseek', 'deepseek-chat'],
      ['ollama', 'llama3'],
      ['nobody', 'nothing'],
    ),
    answered: fc.option(fc.constantFrom('gpt-4o-2024-11-20', 'mine')),
    usage: fc.record({
      input_uncached: tokens,
      cache_read: tokens,
      cache_write_5m: tokens,
      cache_write_1h: tokens,
      output: tokens,
      reasoning: fc.constant(null),
      other: fc.constantFrom({}, { web_search_requests: 3 }, { audio_input: 10, image_output: 2 }),
    }),
    serviceTier: fc.option(fc.constantFrom('default', 'standard', 'batch', 'flex', 'priority', 'scale', 'fast')),
    priceFacts: fc.option(
      fc.record({
        inferenceGeo: fc.option(fc.constantFrom('us', 'global')),
        speed: fc.option(fc.constantFrom('fast', 'standard', 'warp')),
        searchContextSize: fc.option(fc.constantFrom('low', 'high')),
      }),
    ),
    usageSource: fc.constantFrom('provider', 'estimate'),
    lossy: fc.boolean(),
    usageFault: fc.option(fc.constant('cache above input'), { freq: 8 }),
    reportedCostFemtoUsd: fc.option(fc.constantFrom(-1n, 0n, 12_345_678_901_234n)),
    refusal: fc.option(fc.constant('429'), { freq: 8 }),
  })
  .map(({ named: [provider, model], answered, refusal, ...facts }): LlmCall => {
    const { price: _price, ...plain } = call(1, 1);
    const failed = refusal === null ? {} : ({ status: 'error', errorType: refusal } as const);
    return {
      ...plain,
      ...facts,
      ...failed,
      provider,
      model: answered ?? model,
      requestModel: model,
      responseModel: answered,
    };
  });

/** Prices of every kind that somebody may set: rates, nothing at all, another model's. */
const overrides = compileOverrides([
  [
    price('openai', 'mine', { input_usd_per_mtok: '1', output_usd_per_mtok: '2' }),
    price('ollama', '*', { input_usd_per_mtok: '0', output_usd_per_mtok: '0' }),
    { ...price('*', 'nothing', {}), mapsTo: 'openai/gpt-4o' },
  ],
]);

function price(provider: string, model: string, rates: Readonly<Record<string, string>>) {
  return { provider, model, from: null, to: null, rates, longContext: [], mapsTo: null };
}

it('a stored call has the price it was stored with, whatever decided it, as long as no price changes', async () => {
  await using place = await openTestDatabase('postgres18');
  const store = createStore(place.database, { settleDelayMs: 0 });
  const pricing = createPricing();
  const drawn = fc.sample(calls, { numRuns: 1_500, seed: 3 });
  const priced = drawn.map((each, number) =>
    pricing.price({ ...each, traceId: (number + 1).toString(16).padStart(32, '0') }, overrides),
  );
  await store.commit(batch(priced));
  await store.close();
  const range = { tenant: TENANT, fromMicros: START_MICROS, toMicros: START_MICROS + 1, models: null };
  const stored = await selectPage(place.database, range, { startMicros: START_MICROS, traceId: '', spanId: '' }, 2_000);
  expect(stored).toHaveLength(drawn.length);
  const snapshot = { epoch: 0, pricing, overridesOf: () => overrides };
  const others = stored.flatMap((each) => {
    const changed = newPriceOf(each, snapshot);
    return changed === null ? [] : [{ row: each.row, price: changed.stored.price }];
  });
  expect(others).toEqual([]);
  expect(new Set(stored.map(({ row }) => row.cost_status))).toEqual(
    new Set(['priced', 'reported', 'estimated', 'lossy', 'unpriced']),
  );
});
