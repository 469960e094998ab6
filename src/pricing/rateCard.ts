import type { Bucket } from '../usage.ts';
import type { Adjustment } from './adjustment.ts';
import type { Correction } from './correction.ts';
import type { FemtoUsdPerUnit } from './rate.ts';

/** What one unit of each bucket costs; null where the card says nothing, which is not 0. */
export type Rates = Readonly<Record<Bucket, FemtoUsdPerUnit | null>>;

/** The rates for requests whose whole input is above `aboveInputTokens`: long-context prices hold for every token of it. */
export interface Band {
  readonly aboveInputTokens: number;
  readonly rates: Rates;
}

/** Seconds of the UTC day, start inclusive, end exclusive; start after end spans midnight. */
export interface DayWindow {
  readonly startSecond: number;
  readonly endSecond: number;
  /** By the UTC day of the call, 0 = Sunday; null: every day. */
  readonly weekdays: readonly number[] | null;
}

/** When prices hold: from `fromMs` on, before `toMs`, and within all of the windows. */
export interface InForce {
  /** Unix milliseconds; infinite where there is no start or end. */
  readonly fromMs: number;
  readonly toMs: number;
  /** None: all day. */
  readonly windows: readonly DayWindow[];
}

/** Prices that hold under one condition. Later ones go first: the last whose condition is met is in force. */
export interface Epoch extends InForce {
  /** ISO 8601 instant from which the rates hold; null for "always so far". */
  readonly effectiveFrom: string | null;
  readonly source: 'default' | 'correction' | 'custom';
  /** By rising threshold; the first is for every request. */
  readonly bands: readonly [Band, ...Band[]];
  /** The last correction that wrote a rate of it. */
  readonly correction: Correction | null;
  /** All that were applied to it. */
  readonly adjustments: readonly Adjustment[];
  /** It was asked for a tier or speed that it has no prices for: these are the standard ones. */
  readonly isEstimate: boolean;
}

export interface RateCard {
  /** `provider/model` of the rate card, `custom/PROVIDER/MODEL` of an override. */
  readonly id: string;
  readonly epochs: readonly [Epoch, ...Epoch[]];
}
