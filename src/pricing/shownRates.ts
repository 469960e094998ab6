import { formatUsd } from '../money.ts';
import type { Bucket } from '../usage.ts';
import type { Band, DayWindow, Rates } from './rateCard.ts';
import { type RateKey, rateNames, type WrittenRates } from './writtenPrice.ts';

/** A band of prices as the API and the file write it. */
export interface ShownBand extends WrittenRates {
  readonly above_input_tokens: number;
}

/** In how many of its units a rate is written. */
const units = { mtok: 1_000_000n, kcount: 1_000n } as const;

/** What an unwritten rate falls to. Where it says no more than that, it is left out; the plain token kinds are always said. */
const partOf: Readonly<Partial<Record<Bucket, Bucket>>> = {
  audio_input: 'input_uncached',
  image_input: 'input_uncached',
  cache_read_audio: 'cache_read',
  audio_output: 'output',
  image_output: 'output',
};

/** Rates as decimal strings by the names people write, exact. What a card does not price is not there. */
export function shownRates(rates: Rates): WrittenRates {
  const shown: Partial<Record<RateKey, string>> = {};
  for (const [key, { bucket, per }] of Object.entries(rateNames) as [RateKey, (typeof rateNames)[RateKey]][]) {
    const rate = rates[bucket];
    const whole = partOf[bucket];
    if (rate === null || (whole !== undefined && rate === rates[whole])) continue;
    shown[key] = formatUsd(rate * units[per]);
  }
  return shown;
}

/** The bands above the first one, which is for every request. */
export function shownBands(bands: readonly Band[]): readonly ShownBand[] {
  return bands.slice(1).map(({ aboveInputTokens, rates }) => ({
    above_input_tokens: aboveInputTokens,
    ...shownRates(rates),
  }));
}

/** ISO 8601; null for one of the two ends of time. */
export function instantText(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

const weekdayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `01:00 to 04:00 UTC, Monday, Tuesday`. */
export function hoursText({ startSecond, endSecond, weekdays }: DayWindow): string {
  const hours = `${timeText(startSecond)} to ${timeText(endSecond)} UTC`;
  return [hours, ...(weekdays ?? []).map((day) => weekdayNames[day])].join(', ');
}

/** `HH:MM`, with seconds where there are any. */
function timeText(secondOfDay: number): string {
  const parts = [Math.floor(secondOfDay / 3600), Math.floor(secondOfDay / 60) % 60, secondOfDay % 60];
  return (parts[2] === 0 ? parts.slice(0, 2) : parts).map((part) => String(part).padStart(2, '0')).join(':');
}
