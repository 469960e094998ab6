import { otherBuckets, type Bucket, type Usage } from '../../src/usage.ts';

/**
 * A second, slow calculation of a price, from units and raw rates with fractions. It shares nothing with the product: a unit
 * is a set of dimensions, and a bucket costs what the most specific priced unit that contains it costs.
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

/** USD for a million tokens or a thousand requests: a double of the library's, or a decimal that somebody wrote. */
type Amount = number | string;

interface Tiered {
  /** Null where only long context has a price of its own. */
  readonly base: Amount | null;
  readonly tiers: readonly { readonly start: number; readonly price: Amount }[];
}

export type RawPrices = Readonly<Record<string, Amount | Tiered | undefined>>;
type AmountsNow = ReadonlyMap<string, Amount>;

/** What a rate is multiplied with, by bucket: of each kind of condition at most one. */
export interface Factor {
  readonly numerator: bigint;
  readonly denominator: bigint;
  readonly except: readonly Bucket[];
}

/** The exact cost in femto-USD, or null where a bucket has no rate. Rates finer than 1e-15 are rounded half to even. */
export function exactCost(prices: RawPrices, usage: Usage, factors: readonly Factor[] = []): bigint | null {
  const amounts = amountsOf(usage);
  const isInput = (bucket: Bucket): boolean => unitOfBucket[bucket]['direction'] === 'input';
  const inputTokens = [...amounts].reduce((sum, [bucket, amount]) => (isInput(bucket) ? sum + amount : sum), 0n);
  const now: AmountsNow = new Map(Object.keys(prices).flatMap((key) => amountAt(key, prices[key], inputTokens)));
  if (now.has('requests_kcount')) amounts.set('requests', 1n);
  let cost = 0n;
  for (const [bucket, amount] of amounts) {
    if (amount === 0n) continue;
    const key = mostSpecificKey(now, unitOfBucket[bucket]);
    if (key === null) return null;
    const rate = femtoRate(now.get(key) ?? 0, key.endsWith('_kcount') ? 1_000n : 1_000_000n);
    cost += amount * scaled(rate, bucket, factors);
  }
  return cost;
}

function scaled(rate: bigint, bucket: Bucket, factors: readonly Factor[]): bigint {
  const those = factors.filter(({ except }) => !except.includes(bucket));
  return halfEven(
    those.reduce((product, { numerator }) => product * numerator, rate),
    those.reduce((product, { denominator }) => product * denominator, 1n),
  );
}

function amountsOf(usage: Usage): Map<Bucket, bigint> {
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
  return amounts;
}

/** Of two units of one size the one of a type: a cached audio token is first a cached one. */
function mostSpecificKey(now: AmountsNow, unit: Dimensions): string | null {
  const containing = [...now.keys()].filter((key) => {
    const dimensions = unitOfKey[key];
    return dimensions !== undefined && Object.entries(dimensions).every(([name, value]) => unit[name] === value);
  });
  const size = (key: string): number => {
    const dimensions = unitOfKey[key] ?? {};
    return Object.keys(dimensions).length * 2 + ('type' in dimensions ? 1 : 0);
  };
  return containing.toSorted((a, b) => size(b) - size(a))[0] ?? null;
}

function amountAt(key: string, price: RawPrices[string], inputTokens: bigint): [string, Amount][] {
  if (price === undefined) return [];
  if (typeof price !== 'object') return [[key, price]];
  let reached: { start: number; price: Amount | null } = { start: -1, price: price.base };
  for (const tier of price.tiers) if (inputTokens > BigInt(tier.start) && tier.start > reached.start) reached = tier;
  return reached.price === null ? [] : [[key, reached.price]];
}

/** USD per `per` units to femto-USD a unit. `toExponential` without digits writes every digit that a double has. */
function femtoRate(usd: Amount, per: bigint): bigint {
  const [mantissa = '', exponent = '0'] = (typeof usd === 'number' ? usd.toExponential() : usd).split('e');
  const fraction = mantissa.split('.')[1] ?? '';
  const power = Number(exponent) - fraction.length;
  const numerator = BigInt(mantissa.replace('.', '')) * 10n ** 15n * (power > 0 ? 10n ** BigInt(power) : 1n);
  return halfEven(numerator, per * (power < 0 ? 10n ** BigInt(-power) : 1n));
}

function halfEven(numerator: bigint, denominator: bigint): bigint {
  const floor = numerator / denominator;
  const rest = 2n * (numerator - floor * denominator);
  return rest > denominator || (rest === denominator && floor % 2n === 1n) ? floor + 1n : floor;
}
