import type { ModelPrice } from '@pydantic/genai-prices';
import { otherBuckets, type Bucket, type Usage } from '../../src/usage.ts';

/**
 * A second, slow calculation of a price, from the library's units and raw rates with fractions. It shares nothing with the
 * product: a unit is a set of dimensions, and a bucket costs what the most specific priced unit that contains it costs.
 */
const input = { family: 'tokens', direction: 'input' };
const output = { family: 'tokens', direction: 'output' };
const search = { family: 'tool_calls', tool: 'web_search' };

type Dimensions = Readonly<Record<string, string>>;

const unitOfKey: Readonly<Record<string, Dimensions>> = {
  input_mtok: input,
  cache_read_mtok: { ...input, type: 'cache_read' },
  cache_write_mtok: { ...input, type: 'cache_write' },
  cache_write_1h_mtok: { ...input, type: 'cache_write', ttl: '1h' },
  input_audio_mtok: { ...input, modality: 'audio' },
  input_image_mtok: { ...input, modality: 'image' },
  cache_audio_read_mtok: { ...input, type: 'cache_read', modality: 'audio' },
  output_mtok: output,
  output_reasoning_mtok: { ...output, type: 'reasoning' },
  output_audio_mtok: { ...output, modality: 'audio' },
  output_image_mtok: { ...output, modality: 'image' },
  web_searches_kcount: search,
  requests_kcount: { family: 'requests' },
};

const unitOfBucket: Readonly<Record<Bucket, Dimensions>> = {
  input_uncached: input,
  cache_read: { ...input, type: 'cache_read' },
  cache_write_5m: { ...input, type: 'cache_write', ttl: '5m' },
  cache_write_1h: { ...input, type: 'cache_write', ttl: '1h' },
  audio_input: { ...input, modality: 'audio' },
  cache_read_audio: { ...input, type: 'cache_read', modality: 'audio' },
  image_input: { ...input, modality: 'image' },
  output,
  reasoning: { ...output, type: 'reasoning' },
  audio_output: { ...output, modality: 'audio' },
  image_output: { ...output, modality: 'image' },
  web_search_requests: search,
  requests: { family: 'requests' },
};

/** The exact cost in femto-USD, or null where a bucket has no rate. Rates finer than 1e-15 are rounded half to even. */
export function exactCost(prices: ModelPrice, usage: Usage): bigint | null {
  const amounts = amountsOf(prices, usage);
  const isInput = (bucket: Bucket): boolean => unitOfBucket[bucket]['direction'] === 'input';
  const inputTokens = [...amounts].reduce((sum, [bucket, amount]) => (isInput(bucket) ? sum + amount : sum), 0n);
  let cost = 0n;
  for (const [bucket, amount] of amounts) {
    if (amount === 0n) continue;
    const key = mostSpecificKey(prices, unitOfBucket[bucket]);
    if (key === null) return null;
    cost += amount * femtoRate(priceAt(prices[key], inputTokens), key.endsWith('_kcount') ? 1_000n : 1_000_000n);
  }
  return cost;
}

function amountsOf(prices: ModelPrice, usage: Usage): Map<Bucket, bigint> {
  const amounts = new Map<Bucket, bigint>();
  for (const bucket of [
    'input_uncached',
    'cache_read',
    'cache_write_5m',
    'cache_write_1h',
    'output',
    'reasoning',
  ] as const) {
    amounts.set(bucket, BigInt(usage[bucket] ?? 0));
  }
  for (const bucket of otherBuckets) amounts.set(bucket, BigInt(usage.other[bucket] ?? 0));
  // Both are in the output unit, so taking reasoning out of output changes nothing unless reasoning has its own price.
  amounts.set('output', (amounts.get('output') ?? 0n) - (amounts.get('reasoning') ?? 0n));
  if (prices['requests_kcount'] !== undefined) amounts.set('requests', 1n);
  return amounts;
}

function mostSpecificKey(prices: ModelPrice, unit: Dimensions): string | null {
  const containing = Object.keys(prices).filter((key) => {
    const dimensions = unitOfKey[key];
    return dimensions !== undefined && Object.entries(dimensions).every(([name, value]) => unit[name] === value);
  });
  const size = (key: string): number => Object.keys(unitOfKey[key] ?? {}).length;
  return containing.toSorted((a, b) => size(b) - size(a))[0] ?? null;
}

function priceAt(price: ModelPrice[string], inputTokens: bigint): number {
  if (price === undefined) throw new Error('no price under this key');
  if (typeof price === 'number') return price;
  let reached = { start: -1, price: price.base };
  for (const tier of price.tiers) if (inputTokens > BigInt(tier.start) && tier.start > reached.start) reached = tier;
  return reached.price;
}

/** USD per `per` units to femto-USD a unit. `toExponential` without digits writes every digit that a double has. */
function femtoRate(usd: number, per: bigint): bigint {
  const [mantissa = '', exponent = ''] = usd.toExponential().split('e');
  const fraction = mantissa.split('.')[1] ?? '';
  const power = Number(exponent) - fraction.length;
  const numerator = BigInt(mantissa.replace('.', '')) * 10n ** 15n * (power > 0 ? 10n ** BigInt(power) : 1n);
  const denominator = per * (power < 0 ? 10n ** BigInt(-power) : 1n);
  const floor = numerator / denominator;
  const rest = 2n * (numerator - floor * denominator);
  return rest > denominator || (rest === denominator && floor % 2n === 1n) ? floor + 1n : floor;
}
