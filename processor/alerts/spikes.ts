import { formatUsd, type FemtoUsd } from '../../src/money.ts';
import { DAY_MICROS } from '../store/rollUp.ts';
import { instantJson } from './amountJson.ts';
import type { Anomaly, AnomalyKind } from './anomaly.ts';

const USD = 10n ** 15n;
/** The same hour of so many days before is what an hour is compared with … */
export const HOUR_BASELINE_DAYS = 14;
/** … of which at least so many have to be known. */
const HOUR_BASELINE_DAYS_MIN = 7;
export const HOUR_FLOOR_FEMTO_USD: FemtoUsd = USD;
const SIGMAS = 3n;
/** The trailing mean is over so many days, at least three of them known. */
export const DAY_BASELINE_DAYS = 7;
const DAY_BASELINE_DAYS_MIN = 3;
export const DAY_FLOOR_FEMTO_USD: FemtoUsd = 5n * USD;

/** What an agent, or all of a tenant (null), spent in an hour or a day. */
export interface Spend {
  readonly agent: string | null;
  readonly startMicros: number;
  readonly femtoUsd: FemtoUsd;
}

/**
 * Agents whose hour, as far as it has come, cost more than the mean of the same hour of the 14 days before and three standard
 * deviations, and more than 1.5 times that mean: an agent that costs the same every day has no deviation to speak of.
 */
export function hourSpikes(spends: readonly Spend[], hourMicros: number): readonly Anomaly[] {
  return spikes(spends, hourMicros, {
    kind: 'spike_hour',
    floor: HOUR_FLOOR_FEMTO_USD,
    days: HOUR_BASELINE_DAYS,
    daysMin: HOUR_BASELINE_DAYS_MIN,
    isSpike: (now, before) => isBeyondSigmas(now, before) && isBeyondMean(now, before),
    text: 'in this hour, where the same hour of the days before had a mean of',
  });
}

/** Agents whose day, as far as it has come, cost more than 1.5 times the mean of the seven before. */
export function daySpikes(spends: readonly Spend[], dayMicros: number): readonly Anomaly[] {
  return spikes(spends, dayMicros, {
    kind: 'spike_day',
    floor: DAY_FLOOR_FEMTO_USD,
    days: DAY_BASELINE_DAYS,
    daysMin: DAY_BASELINE_DAYS_MIN,
    isSpike: isBeyondMean,
    text: 'today, where the days before had a mean of',
  });
}

interface Comparison {
  readonly kind: AnomalyKind;
  readonly floor: FemtoUsd;
  readonly days: number;
  readonly daysMin: number;
  readonly isSpike: (now: FemtoUsd, before: readonly FemtoUsd[]) => boolean;
  readonly text: string;
}

function spikes(spends: readonly Spend[], startMicros: number, comparison: Comparison): readonly Anomaly[] {
  const byAgent = new Map<string | null, Map<number, FemtoUsd>>();
  for (const { agent, startMicros: at, femtoUsd } of spends) {
    const ofAgent = byAgent.get(agent) ?? new Map<number, FemtoUsd>();
    byAgent.set(agent, ofAgent.set(at, femtoUsd));
  }
  return [...byAgent].flatMap(([agent, ofAgent]) => {
    const now = ofAgent.get(startMicros) ?? 0n;
    if (now < comparison.floor) return [];
    const before = baseline(ofAgent, startMicros, comparison.days);
    if (before.length < comparison.daysMin || !comparison.isSpike(now, before)) return [];
    return [spike({ agent, startMicros, femtoUsd: now }, before, comparison)];
  });
}

/** From the first day on that has anything: an agent is not compared with the time before it was there. */
function baseline(ofAgent: ReadonlyMap<number, FemtoUsd>, startMicros: number, days: number): readonly FemtoUsd[] {
  const starts = Array.from({ length: days }, (_, index) => startMicros - (days - index) * DAY_MICROS);
  const first = starts.findIndex((start) => ofAgent.has(start));
  return first === -1 ? [] : starts.slice(first).map((start) => ofAgent.get(start) ?? 0n);
}

/** now > mean + 3 σ of the sample: (n·now − Σ)² (n − 1) > 9 n (n Σx² − Σ²), in integers. */
function isBeyondSigmas(now: FemtoUsd, before: readonly FemtoUsd[]): boolean {
  const n = BigInt(before.length);
  const sum = sumOf(before);
  const above = n * now - sum;
  const squares = sumOf(before.map((each) => each * each));
  return above > 0n && above * above * (n - 1n) > SIGMAS * SIGMAS * n * (n * squares - sum * sum);
}

/** now > 1.5 × mean. */
function isBeyondMean(now: FemtoUsd, before: readonly FemtoUsd[]): boolean {
  return 2n * now * BigInt(before.length) > 3n * sumOf(before);
}

function sumOf(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, each) => sum + each, 0n);
}

function spike(
  { agent, startMicros, femtoUsd }: Spend,
  before: readonly FemtoUsd[],
  { kind, text }: Comparison,
): Anomaly {
  const mean = sumOf(before) / BigInt(before.length);
  return {
    kind,
    about: agent === null ? {} : { agent },
    periodMicros: startMicros,
    budget: null,
    describe: () => ({
      message: `${agent === null ? 'All calls' : `The calls of agent ${agent}`} cost ${formatUsd(femtoUsd)} USD ${text} ${formatUsd(mean)} USD.`,
      data: {
        agent,
        starts_at: instantJson(startMicros),
        cost_usd: formatUsd(femtoUsd),
        mean_usd: formatUsd(mean),
        days_compared: before.length,
      },
    }),
  };
}
