import { epochAt } from '../pricing/epoch.ts';
import type { Epoch, RateCard, Rates } from '../pricing/rateCard.ts';

/** The dearest rate of each bucket that a call can meet; null where the card says nothing. */
export type Ceilings = Rates;

/** A call starts by the clock of who makes it, and a moment after it was decided. */
const CLOCK_SKEW_MS = 5 * 60_000;
const NANO_PER_MS = 1_000_000n;

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
  const instants = [atMs - CLOCK_SKEW_MS, atMs, atMs + CLOCK_SKEW_MS];
  return [...new Set(instants.map((ms) => epochAt(card, BigInt(Math.floor(ms)) * NANO_PER_MS)))];
}

function dearer(a: Rates, b: Rates): Rates {
  const rates: Partial<Record<keyof Rates, bigint | null>> = {};
  for (const bucket of Object.keys(a) as (keyof Rates)[]) {
    const [one, other] = [a[bucket], b[bucket]];
    rates[bucket] = one === null || (other !== null && other > one) ? other : one;
  }
  return rates as Rates;
}
