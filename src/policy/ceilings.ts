import { epochAt } from '../pricing/epoch.ts';
import type { Epoch, RateCard, Rates } from '../pricing/rateCard.ts';

/** The dearest rate of each bucket that a call can meet; null where the card says nothing. */
export type Ceilings = Rates;

/** A call starts by the clock of who makes it, and a moment after it was decided. */
const CLOCK_SKEW_MS = 5 * 60_000;
const NANO_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000;

/** Over every price band that an input of up to `inputTokens` can reach, and every epoch in force around `atMs`. */
export function ceilingsOf(card: RateCard, inputTokens: number, atMs: number): Ceilings {
  let ceilings: Ceilings | null = null;
  for (const { bands } of epochsAround(card, atMs)) {
    for (const { aboveInputTokens, rates } of bands) {
      // The first band is for every request, also one without input.
      if (inputTokens > aboveInputTokens) ceilings = ceilings === null ? rates : dearer(ceilings, rates);
    }
  }
  return ceilings ?? card.epochs[0].bands[0].rates;
}

function epochsAround(card: RateCard, atMs: number): readonly Epoch[] {
  if (card.epochs.length === 1) return card.epochs;
  const firstMs = Math.floor(atMs) - CLOCK_SKEW_MS;
  const lastMs = firstMs + 2 * CLOCK_SKEW_MS;
  const epochs = new Set([epochAt(card, BigInt(firstMs) * NANO_PER_MS)]);
  for (const ms of changesBetween(card, firstMs, lastMs)) {
    if (ms > firstMs && ms <= lastMs) epochs.add(epochAt(card, BigInt(ms) * NANO_PER_MS));
  }
  return [...epochs];
}

/** Every instant between two at which another epoch may come into force, others too: a price of minutes is not missed. */
function* changesBetween({ epochs }: RateCard, firstMs: number, lastMs: number): Generator<number> {
  for (const { fromMs, toMs, windows } of epochs) {
    yield fromMs;
    yield toMs;
    if (windows.length === 0) continue;
    for (let day = Math.floor(firstMs / MS_PER_DAY); day * MS_PER_DAY <= lastMs; day++) {
      yield day * MS_PER_DAY;
      for (const { startSecond, endSecond } of windows) {
        yield day * MS_PER_DAY + startSecond * 1000;
        yield day * MS_PER_DAY + endSecond * 1000;
      }
    }
  }
}

/** The higher of two rates for each bucket. */
export function dearer(a: Rates, b: Rates): Rates {
  const rates: Partial<Record<keyof Rates, bigint | null>> = {};
  for (const bucket of Object.keys(a) as (keyof Rates)[]) {
    const [one, other] = [a[bucket], b[bucket]];
    rates[bucket] = one === null || (other !== null && other > one) ? other : one;
  }
  return rates as Rates;
}
