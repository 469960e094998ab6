import type { ConditionalPrice, ModelInfo, ModelPrice, TieredPrices } from '@pydantic/genai-prices';
import type { Bucket } from '../usage.ts';
import { FEMTO_DIGITS_PER_KCOUNT, FEMTO_DIGITS_PER_MTOK, rateOf, type FemtoUsdPerUnit } from './rate.ts';

/** What one unit of each bucket costs; null where the card says nothing, which is not 0. */
export type Rates = Readonly<Record<Bucket, FemtoUsdPerUnit | null>>;

/** The rates for requests whose whole input is above `aboveInputTokens`: long-context prices hold for every token of it. */
export interface Band {
  readonly aboveInputTokens: number;
  readonly rates: Rates;
}

/** Prices that hold under one condition. Later ones go first: the last whose condition is met is in force. */
export interface Epoch {
  readonly fromMs: number;
  /** Seconds of the UTC day, start inclusive, end exclusive; start after end spans midnight. Null: all day. */
  readonly window: { readonly startSecond: number; readonly endSecond: number } | null;
  readonly effectiveFrom: string | null;
  /** By rising threshold; the first is for every request. */
  readonly bands: readonly [Band, ...Band[]];
}

export interface RateCard {
  /** `provider/model` of the library. */
  readonly id: string;
  readonly epochs: readonly [Epoch, ...Epoch[]];
}

/**
 * Which keys of a card price a bucket, most specific first: a bucket without a rate of its own costs what the unit it is
 * part of costs (genai-prices counts it in the nearest priced ancestor). `1h` falls to the write rate, a write to input.
 */
const priceKeys: Readonly<Record<Bucket, readonly string[]>> = {
  input_uncached: ['input_mtok'],
  cache_read: ['cache_read_mtok', 'input_mtok'],
  cache_write_5m: ['cache_write_5m_mtok', 'cache_write_mtok', 'input_mtok'],
  cache_write_1h: ['cache_write_1h_mtok', 'cache_write_mtok', 'input_mtok'],
  audio_input: ['input_audio_mtok', 'input_mtok'],
  cache_read_audio: ['cache_audio_read_mtok', 'cache_read_mtok', 'input_audio_mtok', 'input_mtok'],
  image_input: ['input_image_mtok', 'input_mtok'],
  output: ['output_mtok'],
  // No fallback: a card that does not price reasoning apart has it inside output.
  reasoning: ['output_reasoning_mtok'],
  audio_output: ['output_audio_mtok', 'output_mtok'],
  image_output: ['output_image_mtok', 'output_mtok'],
  web_search_requests: ['web_searches_kcount'],
  requests: ['requests_kcount'],
};
const buckets = Object.keys(priceKeys) as Bucket[];
const FREE: FemtoUsdPerUnit = 0n;

/** Compiles what the library says about a model. Throws on a price or condition that it cannot read: bad data is a bug. */
export function compileCard(providerId: string, model: ModelInfo): RateCard {
  const free = model.id.endsWith(':free');
  const conditional: ConditionalPrice[] = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  const [first, ...others] = conditional.map((price) => compileEpoch(price, free));
  const id = `${providerId}/${model.id}`;
  if (first === undefined) throw new Error(`The card ${id} has no prices`);
  return { id, epochs: [first, ...others] };
}

function compileEpoch({ constraint, prices }: ConditionalPrice, free: boolean): Epoch {
  const epoch: Epoch = {
    fromMs: Number.NEGATIVE_INFINITY,
    window: null,
    effectiveFrom: null,
    bands: compileBands(prices, free),
  };
  if (constraint === undefined) return epoch;
  if (constraint.type === 'start_date') {
    const from = new Date(constraint.start_date);
    return { ...epoch, fromMs: from.getTime(), effectiveFrom: from.toISOString() };
  }
  const window = { startSecond: secondOfDay(constraint.start_time), endSecond: secondOfDay(constraint.end_time) };
  return { ...epoch, window };
}

function secondOfDay(time: string): number {
  const match = /^(\d{2}):(\d{2}):(\d{2})Z$/.exec(time);
  if (match === null) throw new Error(`A price window must be HH:MM:SSZ, found ${time}`);
  return Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

function compileBands(prices: ModelPrice, free: boolean): [Band, ...Band[]] {
  if (free && Object.keys(prices).length === 0) return [{ aboveInputTokens: -1, rates: freeRates }];
  const thresholds = new Set<number>();
  for (const price of Object.values(prices)) {
    if (typeof price === 'object') for (const tier of price.tiers) thresholds.add(tier.start);
  }
  const bandAbove = (inputTokens: number): Band => ({
    aboveInputTokens: inputTokens,
    rates: ratesAbove(prices, inputTokens),
  });
  return [bandAbove(-1), ...[...thresholds].toSorted((a, b) => a - b).map(bandAbove)];
}

/** The library leaves zero prices out; a card without any price is free only where its name says so (`…:free`). */
const freeRates = Object.fromEntries(
  buckets.map((bucket) => [
    bucket,
    priceKeys[bucket].some((key) => key === 'input_mtok' || key === 'output_mtok') ? FREE : null,
  ]),
) as Rates;

function ratesAbove(prices: ModelPrice, inputTokens: number): Rates {
  const rates: Partial<Record<Bucket, FemtoUsdPerUnit | null>> = {};
  for (const bucket of buckets) rates[bucket] = rateFor(bucket, prices, inputTokens);
  return rates as Rates;
}

function rateFor(bucket: Bucket, prices: ModelPrice, inputTokens: number): FemtoUsdPerUnit | null {
  for (const key of priceKeys[bucket]) {
    const price = prices[key];
    if (price === undefined) continue;
    const perMany = typeof price === 'number' ? price : tierAbove(price, inputTokens);
    return rateOf(perMany, key.endsWith('_kcount') ? FEMTO_DIGITS_PER_KCOUNT : FEMTO_DIGITS_PER_MTOK);
  }
  return null;
}

/** The price of a request with more than `inputTokens` of input: that of the highest tier it has passed. */
function tierAbove({ base, tiers }: TieredPrices, inputTokens: number): number {
  const passed = tiers.filter(({ start }) => start <= inputTokens).toSorted((a, b) => a.start - b.start);
  return passed.at(-1)?.price ?? base;
}
