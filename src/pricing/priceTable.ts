import type { ModelPrice } from '@pydantic/genai-prices';
import type { Bucket } from '../usage.ts';
import { FEMTO_DIGITS_PER_KCOUNT, FEMTO_DIGITS_PER_MTOK, rateOf, type FemtoUsdPerUnit } from './rate.ts';
import type { Band, Rates } from './rateCard.ts';
import { rateNames, type LongContext, type RateKey, type WrittenRates } from './writtenPrice.ts';

/** USD per million or thousand: a double of the library's data, or a plain decimal that somebody wrote. */
type Amount = number | string;

interface TablePrice {
  /** Null where only long context has a price of its own. */
  readonly base: Amount | null;
  /** By rising threshold. */
  readonly tiers: readonly { readonly above: number; readonly price: Amount }[];
}

/** Prices under the library's keys (`input_mtok`), not yet resolved to buckets: so a table can go over another key by key. */
export type PriceTable = ReadonlyMap<string, TablePrice>;

/**
 * Which keys of a table price a bucket, most specific first: a bucket without a rate of its own costs what the unit it is
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
export const pricedBuckets = Object.keys(priceKeys) as Bucket[];

/**
 * Under which key a written rate goes: the first of its bucket. A cache write of five minutes is the write at large, so
 * one of an hour that nobody wrote costs as much, and not as little as input.
 */
const keyOfBucket = (bucket: Bucket): string =>
  bucket === 'cache_write_5m' ? 'cache_write_mtok' : (priceKeys[bucket][0] ?? bucket);

/** A card without any price is free only where its name says so (`…:free`): the library leaves zero prices out. */
export const freeTable: PriceTable = new Map([
  ['input_mtok', { base: 0, tiers: [] }],
  ['output_mtok', { base: 0, tiers: [] }],
]);

export function libraryTable(prices: ModelPrice): PriceTable {
  const table = new Map<string, TablePrice>();
  for (const [key, price] of Object.entries(prices)) {
    if (price === undefined) continue;
    if (typeof price === 'number') table.set(key, { base: price, tiers: [] });
    else table.set(key, { base: price.base, tiers: rising(price.tiers.map(({ start, price: at }) => [start, at])) });
  }
  return table;
}

export function writtenTable(rates: WrittenRates, longContext: readonly LongContext[]): PriceTable {
  const table = new Map<string, TablePrice>();
  for (const name of Object.keys(rateNames) as RateKey[]) {
    const base = rates[name] ?? null;
    const tiers = longContext.flatMap(({ aboveInputTokens, rates: above }): [number, Amount][] => {
      const price = above[name];
      return price === undefined ? [] : [[aboveInputTokens, price]];
    });
    if (base !== null || tiers.length > 0)
      table.set(keyOfBucket(rateNames[name].bucket), { base, tiers: rising(tiers) });
  }
  return table;
}

function rising(tiers: readonly (readonly [number, Amount])[]): TablePrice['tiers'] {
  return tiers.map(([above, price]) => ({ above, price })).toSorted((a, b) => a.above - b.above);
}

/** `over` goes over `table` key by key. A key written only for long context keeps its base. */
export function mergedTable(table: PriceTable, over: PriceTable): PriceTable {
  const merged = new Map(table);
  for (const [key, price] of over) {
    merged.set(key, price.base === null ? { ...price, base: table.get(key)?.base ?? null } : price);
    if (key === 'cache_write_mtok') merged.delete('cache_write_5m_mtok');
  }
  return merged;
}

/** The rates of every bucket below and above each threshold. Throws on an amount that is no decimal of at least 0. */
export function bandsOf(table: PriceTable): [Band, ...Band[]] {
  const thresholds = new Set<number>();
  for (const { tiers } of table.values()) for (const { above } of tiers) thresholds.add(above);
  const bandAbove = (aboveInputTokens: number): Band => ({
    aboveInputTokens,
    rates: ratesAbove(table, aboveInputTokens),
  });
  return [bandAbove(-1), ...[...thresholds].toSorted((a, b) => a - b).map(bandAbove)];
}

function ratesAbove(table: PriceTable, inputTokens: number): Rates {
  const rates: Partial<Record<Bucket, FemtoUsdPerUnit | null>> = {};
  for (const bucket of pricedBuckets) rates[bucket] = rateFor(bucket, table, inputTokens);
  return rates as Rates;
}

function rateFor(bucket: Bucket, table: PriceTable, inputTokens: number): FemtoUsdPerUnit | null {
  for (const key of priceKeys[bucket]) {
    const price = table.get(key);
    if (price === undefined) continue;
    // The highest tier that an input of more than `inputTokens` has passed.
    const amount = price.tiers.findLast(({ above }) => above <= inputTokens)?.price ?? price.base;
    if (amount !== null)
      return rateOf(amount, key.endsWith('_kcount') ? FEMTO_DIGITS_PER_KCOUNT : FEMTO_DIGITS_PER_MTOK);
  }
  return null;
}
