import type { UnpricedReason } from '../call.ts';
import type { FemtoUsd } from '../money.ts';
import type { AskedPrice, Pricing } from '../pricing/pricing.ts';
import type { RateCard } from '../pricing/rateCard.ts';
import { TOKENS_PER_BUCKET_MAX } from '../usage.ts';
import { ceilingsOf, dearer, type Ceilings } from './ceilings.ts';
import type { AskedCall } from './decision.ts';
import { imageMaximum, outputMaximum } from './outputMaximum.ts';

/** What formats add to text before it is tokens: roles and separators, a tool's frame, a system preamble. */
const TOKENS_PER_MESSAGE = 16;
const TOKENS_PER_TOOL = 64;
const TOKENS_PER_REQUEST = 512;
/** OpenAI takes `n` up to 128. */
export const CHOICES_MAX = 128;

/** The tokens of a call, which are bounded whether or not it has a price. */
interface TokenBound {
  readonly inputTokens: number;
  /** What each choice may produce as the call was asked: as declared, else the model's maximum; 0 for embeddings. */
  readonly outputTokens: number;
}

/** The most a call can cost: a fixed part, and a part for each token of output that it is allowed. */
export interface Bound extends TokenBound {
  readonly inputFemtoUsd: FemtoUsd;
  readonly perOutputTokenFemtoUsd: FemtoUsd;
  readonly feesFemtoUsd: FemtoUsd;
}

/** Nobody can say what a call costs at most. With `unbounded_input`, `inputTokens` are those of text and images alone. */
export interface NoBound extends TokenBound {
  readonly unpriced: UnpricedReason | 'unbounded_input';
}

/** The card of a name in a tier and with facts, for the tenant who asks. */
export type CardOf = (asked: AskedPrice) => ReturnType<Pricing['cardOf']>;

/** Finds the most that calls can cost by one tenant's prices, from what is known before they are made. */
export class Bounds {
  readonly #cardOf: CardOf;

  constructor(cardOf: CardOf) {
    this.#cardOf = cardOf;
  }

  /** The bound of a call if it is made with `model` at about `atMs`. */
  boundOf(call: AskedCall, model: string, atMs: number): Bound | NoBound {
    checkCounts(call);
    const imageTokens = call.images === 0 ? 0 : call.images * imageMaximum(model);
    const inputTokens = textTokensOf(call) + imageTokens;
    const rates = this.#ratesOf(call, model, inputTokens, atMs);
    const outputTokens = isSilent(rates) ? 0 : outputOf(call, model);
    if (!isInputBounded(call)) return { unpriced: 'unbounded_input', inputTokens, outputTokens };
    if (typeof rates === 'string') return { unpriced: rates, inputTokens, outputTokens };
    const input = inputRate(call, rates);
    const output = max(rates.output, max(rates.reasoning, max(rates.audio_output, rates.image_output)));
    const feesFemtoUsd = feesOf(call, rates);
    const isPriced = (input !== null || inputTokens === 0) && (output !== null || outputTokens === 0);
    if (!isPriced || feesFemtoUsd === null) return { unpriced: 'no_rate_for_unit', inputTokens, outputTokens };
    const text = BigInt(inputTokens - imageTokens) * (input ?? 0n);
    const images = BigInt(imageTokens) * (max(input, rates.image_input) ?? 0n);
    return {
      inputTokens,
      outputTokens,
      inputFemtoUsd: text + images,
      perOutputTokenFemtoUsd: output ?? 0n,
      feesFemtoUsd,
    };
  }

  /** The dearest of every card by which it may be served. */
  #ratesOf(call: AskedCall, model: string, inputTokens: number, atMs: number): Ceilings | UnknownCard {
    let ceilings: Ceilings | null = null;
    let last: RateCard | null = null;
    for (const { serviceTier, priceFacts } of servings(call)) {
      const card = this.#cardOf({ provider: call.provider, model, serviceTier, priceFacts });
      if (typeof card === 'string') return card;
      // Most conditions change nothing about most cards.
      if (card === last) continue;
      last = card;
      const rates = ceilingsOf(card, inputTokens, atMs);
      ceilings = ceilings === null ? rates : dearer(ceilings, rates);
    }
    if (ceilings === null) throw new Error('A call is served in one way at least');
    return ceilings;
  }
}

type UnknownCard = Extract<ReturnType<Pricing['cardOf']>, string>;
type Serving = Pick<AskedPrice, 'serviceTier' | 'priceFacts'>;

/**
 * The ways in which a call may be served and priced: as asked, or at the standard price of each condition, which is what a
 * provider falls back to, and what a span that does not repeat the condition is priced at. Conditions multiply, so each may
 * hold with or without the others. `auto` takes the priority tier where there is room in it.
 */
function servings({ serviceTier, inferenceGeo, speed, searchContextSize }: AskedCall): readonly Serving[] {
  if (serviceTier === null && inferenceGeo === null && speed === null && searchContextSize === null) return standard;
  const all: Serving[] = [];
  for (const tier of serviceTier === 'auto' ? [null, 'priority'] : withAndWithout(serviceTier)) {
    for (const geo of withAndWithout(inferenceGeo)) {
      for (const pace of withAndWithout(speed)) {
        for (const size of withAndWithout(searchContextSize)) {
          all.push({
            serviceTier: tier,
            priceFacts: { inferenceGeo: geo, speed: pace, searchContextSize: size },
          });
        }
      }
    }
  }
  return all;
}

const standard: readonly Serving[] = [{ serviceTier: null, priceFacts: null }];

function withAndWithout(condition: string | null): readonly (string | null)[] {
  return condition === null ? [null] : [null, condition];
}

/** The most a call costs when each of its choices is allowed so many tokens of output. */
export function costOf(bound: Bound, outputTokens: number, choices: number): FemtoUsd {
  const output = BigInt(outputTokens) * BigInt(choices) * bound.perOutputTokenFemtoUsd;
  return bound.inputFemtoUsd + bound.feesFemtoUsd + output;
}

/**
 * The largest output whose amount still fits: `amountAt(answer) <= room < amountAt(answer + 1)`. Amounts are linear in the
 * output. Null where the output adds nothing, -1 where not even an empty answer fits.
 */
export function largestOutput(room: bigint, amountAt: (outputTokens: number) => bigint): bigint | null {
  const fixed = amountAt(0);
  if (fixed > room) return -1n;
  const each = amountAt(1) - fixed;
  return each === 0n ? null : (room - fixed) / each;
}

/** Counts come checked from the edge; one that is none would make a bound that is none. */
function checkCounts(call: AskedCall): void {
  checkCount(call.inputTokens ?? 0);
  checkCount(call.inputBytes ?? 0);
  checkCount(call.messages);
  checkCount(call.tools);
  checkCount(call.images);
  checkCount(call.maxOutputTokens ?? 0);
  checkCount(call.webSearches);
  const { choices } = call;
  if (!Number.isInteger(choices) || choices < 1 || choices > CHOICES_MAX) {
    throw new RangeError(`The choices of a call must be an integer of 1 to ${CHOICES_MAX}, found ${choices}`);
  }
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count >= 0 && count <= TOKENS_PER_BUCKET_MAX) return;
  throw new RangeError(`A count of a call must be an integer of 0 to ${TOKENS_PER_BUCKET_MAX}, found ${count}`);
}

/** Byte-level tokenizers never make more tokens than there are bytes. */
function textTokensOf({ inputTokens, inputBytes, messages, tools }: AskedCall): number {
  if (inputTokens !== null) return inputTokens;
  return (inputBytes ?? 0) + messages * TOKENS_PER_MESSAGE + tools * TOKENS_PER_TOOL + TOKENS_PER_REQUEST;
}

function isInputBounded(call: AskedCall): boolean {
  return call.isInputBounded && (call.inputTokens !== null || call.inputBytes !== null);
}

/** A card that prices input and no output is of a model that embeds or ranks. */
function isSilent(rates: Ceilings | string): boolean {
  return typeof rates !== 'string' && rates.output === null && rates.input_uncached !== null;
}

function outputOf({ operation, maxOutputTokens }: AskedCall, model: string): number {
  return operation === 'embeddings' ? 0 : (maxOutputTokens ?? outputMaximum(model));
}

/** Never a hoped-for cache read: it counts only where a card has it dearer than input. */
function inputRate({ cacheWrite }: AskedCall, rates: Ceilings): bigint | null {
  const read = max(rates.input_uncached, rates.cache_read);
  if (cacheWrite === 'none') return read;
  const short = max(read, rates.cache_write_5m);
  return cacheWrite === '5m' ? short : max(short, rates.cache_write_1h);
}

/** Null where searches are asked for and have no price. */
function feesOf({ webSearches }: AskedCall, rates: Ceilings): FemtoUsd | null {
  const request = rates.requests ?? 0n;
  if (webSearches === 0) return request;
  return rates.web_search_requests === null ? null : request + BigInt(webSearches) * rates.web_search_requests;
}

/** The dearer of two rates; null where there is neither. */
function max(a: bigint | null, b: bigint | null): bigint | null {
  if (a === null) return b;
  return b === null || a >= b ? a : b;
}
