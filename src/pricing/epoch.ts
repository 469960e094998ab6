import type { RateCard, Epoch } from './rateCard.ts';

const NANO_PER_MS = 1_000_000n;
const MS_PER_DAY = 86_400_000;

/** The epoch in force at a call's start. Where no condition is met, the first: a card says what it knows. */
export function epochAt(card: RateCard, startUnixNano: bigint): Epoch {
  const { epochs } = card;
  if (epochs.length === 1) return epochs[0];
  const startMs = Number(startUnixNano / NANO_PER_MS);
  const secondOfDay = (startMs % MS_PER_DAY) / 1000;
  return epochs.findLast((epoch) => startMs >= epoch.fromMs && isWithin(epoch, secondOfDay)) ?? epochs[0];
}

function isWithin({ window }: Epoch, secondOfDay: number): boolean {
  if (window === null) return true;
  const { startSecond, endSecond } = window;
  if (startSecond <= endSecond) return secondOfDay >= startSecond && secondOfDay < endSecond;
  return secondOfDay >= startSecond || secondOfDay < endSecond;
}
