import {
  type EpochMicros,
  floorTo,
  formatInstant,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  microsOf,
  msOf,
} from '../../api/instant.ts';

/** A week is none: it may lie in two billing periods. */
export type ChargeInterval = 'hour' | 'day' | 'month';

export interface ChargePeriod {
  readonly start: EpochMicros;
  readonly end: EpochMicros;
}

/** The period in which an instant lies. In UTC, as FOCUS writes all times, and as providers bill. */
export function chargePeriod(interval: ChargeInterval, at: EpochMicros): ChargePeriod {
  if (interval === 'month') return billingPeriod(at);
  const grain = interval === 'hour' ? MICROS_PER_HOUR : MICROS_PER_DAY;
  const start = floorTo(at, grain);
  return { start, end: start + grain };
}

/** The calendar month, in UTC. */
export function billingPeriod(at: EpochMicros): ChargePeriod {
  const date = new Date(msOf(at));
  const month = (ahead: number): EpochMicros =>
    microsOf(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1));
  return { start: month(0), end: month(1) };
}

/** `2026-11-21T18:00:00Z`: whole seconds, as FOCUS's examples have it. */
export function focusInstant(at: EpochMicros): string {
  return formatInstant(at).replace('.000Z', 'Z');
}
