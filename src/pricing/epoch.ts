import type { DayWindow, Epoch, InForce, RateCard } from './rateCard.ts';

const NANO_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000;
const DAYS_PER_WEEK = 7;
/** 1970-01-01 was a Thursday. */
const WEEKDAY_OF_EPOCH = 4;

/** The epoch in force at a call's start. Where no condition is met, the first: a card says what it knows. */
export function epochAt(card: RateCard, startUnixNano: bigint): Epoch {
  const { epochs } = card;
  if (epochs.length === 1) return epochs[0];
  const startMs = unixMs(startUnixNano);
  return epochs.findLast((epoch) => isInForce(epoch, startMs)) ?? epochs[0];
}

/** When what is in force at `ms` ends: with its own end, or where later prices take its place. Those of some hours only interrupt it. */
export function endOfEpoch({ epochs }: RateCard, epoch: Epoch, ms: number): number {
  const followers = epochs.slice(epochs.indexOf(epoch) + 1);
  const starts = followers.flatMap(({ fromMs, windows }) => (fromMs > ms && windows.length === 0 ? [fromMs] : []));
  return Math.min(epoch.toMs, ...starts);
}

export function unixMs(unixNano: bigint): number {
  return Number(unixNano / NANO_PER_MS);
}

/** Start inclusive, end exclusive, and within every window. */
export function isInForce({ fromMs, toMs, windows }: InForce, ms: number): boolean {
  return ms >= fromMs && ms < toMs && windows.every((window) => isWithin(window, ms));
}

function isWithin({ startSecond, endSecond, weekdays }: DayWindow, ms: number): boolean {
  const day = Math.floor(ms / MS_PER_DAY);
  const weekday = (((day + WEEKDAY_OF_EPOCH) % DAYS_PER_WEEK) + DAYS_PER_WEEK) % DAYS_PER_WEEK;
  if (weekdays !== null && !weekdays.includes(weekday)) return false;
  const secondOfDay = (ms - day * MS_PER_DAY) / 1000;
  if (startSecond <= endSecond) return secondOfDay >= startSecond && secondOfDay < endSecond;
  return secondOfDay >= startSecond || secondOfDay < endSecond;
}
