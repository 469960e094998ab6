import { calcPrice } from '@pydantic/genai-prices';
import type { Adjustment, Condition } from '../../src/pricing/adjustment.ts';
import type { Correction } from '../../src/pricing/correction.ts';
import type { LongContext, RateKey, WrittenPrice, WrittenRates } from '../../src/pricing/writtenPrice.ts';
import type { Usage } from '../../src/usage.ts';
import { exactCost, type Factor, type RawPrices } from './rationalModel.ts';

/**
 * The layers in the slow calculation: what the library says at an instant, each correction in force over it, then each kind
 * of condition's adjustment; or an override instead of all. Nothing is compiled, every list is walked at every question.
 */
export interface Question {
  /** The library's provider id, and a model's id or a name of a correction. */
  readonly provider: string;
  readonly model: string;
  readonly platform: string | null;
  readonly usage: Usage;
  readonly ms: number;
  readonly conditions: readonly Condition[];
}

export interface PriceData {
  readonly corrections: readonly Correction[];
  readonly adjustments: readonly Adjustment[];
}

export interface RationalAnswer {
  readonly card: string;
  readonly source: 'default' | 'correction' | 'custom';
  readonly costFemtoUsd: bigint | null;
}

/** Null where nobody knows the name. */
export function rationalAnswer(asked: Question, data: PriceData): RationalAnswer | null {
  const { provider, model, usage, ms, conditions } = asked;
  const named = data.corrections.find(
    ({ card, names = [], platform = asked.platform }) =>
      card.startsWith(`${provider}/`) && platform === asked.platform && names.some((name) => matchesGlob(name, model)),
  );
  const match = calcPrice({}, model, { providerId: provider, timestamp: new Date(ms) });
  const card = named?.card ?? (match === null ? null : `${match.provider.id}/${match.model.id}`);
  if (card === null) return null;
  const ofLibrary = named === undefined || (match !== null && `${match.provider.id}/${match.model.id}` === card);
  let prices: RawPrices = ofLibrary ? (match?.model_price ?? {}) : {};
  // The library leaves zero prices out: a card without any is free only where its name says so.
  if (card.endsWith(':free') && Object.keys(prices).length === 0) prices = { input_mtok: 0, output_mtok: 0 };
  let source: RationalAnswer['source'] = 'default';
  for (const correction of data.corrections) {
    const { platform = asked.platform, from, to, isWhole = false, rates, longContext = [] } = correction;
    if (correction.card !== card || platform !== asked.platform) continue;
    if (!isIn(from, to, ms) || !isInHours(correction.hours, ms)) continue;
    prices = merged(isWhole ? {} : prices, rawPrices(rates, longContext));
    source = 'correction';
  }
  const factors: Factor[] = [];
  for (const condition of conditions) {
    const adjustment = mostSpecific(data.adjustments, condition, card, ms);
    if (adjustment?.rates !== undefined) prices = rawPrices(adjustment.rates, adjustment.longContext ?? []);
    const [over, under] = adjustment?.factor ?? [1, 1];
    factors.push({ numerator: BigInt(over), denominator: BigInt(under), except: adjustment?.except ?? [] });
  }
  return { card, source, costFemtoUsd: exactCost(prices, usage, factors) };
}

/** The override of one list that is in force, the latest first, as if it were the only thing in the world. */
export function rationalOverride(
  { usage, ms, provider, model }: Pick<Question, 'usage' | 'ms' | 'provider' | 'model'>,
  overrides: readonly WrittenPrice[],
): RationalAnswer | null {
  const those = overrides.filter((price) => price.provider === provider && price.model === model);
  const latest = those
    .filter(({ from, to }) => isIn(from, to, ms))
    .toSorted((a, b) => Date.parse(b.from ?? '0000-01-01T00:00:00Z') - Date.parse(a.from ?? '0000-01-01T00:00:00Z'))[0];
  if (latest === undefined) return null;
  const costFemtoUsd = exactCost(rawPrices(latest.rates, latest.longContext), usage);
  return { card: `custom/${provider}/${model}`, source: 'custom', costFemtoUsd };
}

const keyOfRate: Readonly<Record<RateKey, string>> = {
  input_usd_per_mtok: 'input_mtok',
  output_usd_per_mtok: 'output_mtok',
  cache_read_usd_per_mtok: 'cache_read_mtok',
  cache_write_5m_usd_per_mtok: 'cache_write_mtok',
  cache_write_1h_usd_per_mtok: 'cache_write_1h_mtok',
  reasoning_usd_per_mtok: 'output_reasoning_mtok',
  audio_input_usd_per_mtok: 'input_audio_mtok',
  cache_read_audio_usd_per_mtok: 'cache_audio_read_mtok',
  audio_output_usd_per_mtok: 'output_audio_mtok',
  image_input_usd_per_mtok: 'input_image_mtok',
  image_output_usd_per_mtok: 'output_image_mtok',
  web_search_usd_per_kcount: 'web_searches_kcount',
  request_usd_per_kcount: 'requests_kcount',
};

function rawPrices(rates: WrittenRates, longContext: readonly LongContext[]): RawPrices {
  const written = (Object.keys(keyOfRate) as RateKey[]).flatMap((name) => {
    const base = rates[name] ?? null;
    const tiers = longContext.flatMap(({ aboveInputTokens: start, rates: above }) => {
      const price = above[name];
      return price === undefined ? [] : [{ start, price }];
    });
    return base === null && tiers.length === 0 ? [] : [[keyOfRate[name], { base, tiers }]];
  });
  return Object.fromEntries(written) as RawPrices;
}

/** Key by key; one written for long context alone keeps the base that it had. */
function merged(prices: RawPrices, over: RawPrices): RawPrices {
  const result = { ...prices };
  for (const [key, price] of Object.entries(over)) {
    const before = prices[key];
    const base = typeof before === 'object' ? before.base : (before ?? null);
    result[key] = typeof price === 'object' && price.base === null ? { ...price, base } : price;
  }
  return result;
}

function isIn(from: string | null, to: string | null, ms: number): boolean {
  return (from === null || ms >= Date.parse(from)) && (to === null || ms < Date.parse(to));
}

function isInHours(hours: Correction['hours'], ms: number): boolean {
  if (hours === undefined) return true;
  const date = new Date(ms);
  if (hours.weekdays !== undefined && !hours.weekdays.includes(date.getUTCDay())) return false;
  const minute = date.toISOString().slice(11, 16);
  const [isAfterStart, isBeforeEnd] = [minute >= hours.start, minute < hours.end];
  return hours.start <= hours.end ? isAfterStart && isBeforeEnd : isAfterStart || isBeforeEnd;
}

function mostSpecific(
  adjustments: readonly Adjustment[],
  condition: Condition,
  card: string,
  ms: number,
): Adjustment | null {
  let best: { readonly adjustment: Adjustment; readonly length: number } | null = null;
  for (const adjustment of adjustments) {
    if (JSON.stringify(adjustment.when) !== JSON.stringify(condition)) continue;
    if (!isIn(adjustment.from, adjustment.to, ms)) continue;
    for (const glob of adjustment.cards) {
      const length = glob.replaceAll('*', '').length;
      if (matchesGlob(glob, card) && length >= (best?.length ?? -1)) best = { adjustment, length };
    }
  }
  return best?.adjustment ?? null;
}

/** `*` is any characters; by walking the parts between the stars. */
function matchesGlob(glob: string, text: string): boolean {
  const [first = '', ...parts] = glob.split('*');
  if (parts.length === 0) return glob === text;
  const last = parts.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}
