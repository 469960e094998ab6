import type { CounterChange } from '../gate/counters.ts';
import { amountJson, amountText, instantJson } from './amountJson.ts';
import type { Anomaly } from './anomaly.ts';

/** The share of the limit used is more than so many times the share of the window that is over … */
const PACE_TIMES = 3n;
/** … and it is at least this per cent: the first calls of a day are no pace. */
const USED_PERCENT_MIN = 25n;

/** Counters of windows with an end that are used much faster than the window passes: 30 % gone in 8 % of the day. */
export function burnRates(counters: readonly CounterChange[], atMicros: number): readonly Anomaly[] {
  return counters.filter((counter) => isTooFast(counter, atMicros)).map((counter) => burnRate(counter, atMicros));
}

function isTooFast(
  { after: { spent }, limit, window: { startMicros, endMicros } }: CounterChange,
  atMicros: number,
): boolean {
  if (limit <= 0n || !Number.isFinite(startMicros) || !Number.isFinite(endMicros)) return false;
  if (atMicros <= startMicros || atMicros >= endMicros || spent * 100n < limit * USED_PERCENT_MIN) return false;
  // spent / limit > times × elapsed / length, in integers.
  return spent * BigInt(endMicros - startMicros) > PACE_TIMES * limit * BigInt(atMicros - startMicros);
}

function burnRate(counter: CounterChange, atMicros: number): Anomaly {
  const { budget, key, limit, window, counterId } = counter;
  const { spent } = counter.after;
  const {
    name,
    mode,
    limit: { unit },
  } = budget.budget;
  const elapsed = BigInt(atMicros - window.startMicros);
  const used = percent(spent, limit);
  const over = percent(elapsed, BigInt(window.endMicros - window.startMicros));
  const left = limit > spent ? limit - spent : 0n;
  return {
    kind: 'burn_rate',
    about: { budget: String(budget.id), counter: String(counterId) },
    periodMicros: window.startMicros,
    budget: name,
    describe: () => ({
      message: `Budget ${name} has used ${used} % of its limit in ${over} % of its window: ${amountText(unit, spent)} of ${amountText(unit, limit)}.`,
      data: {
        budget: name,
        mode,
        key,
        used_percent: used,
        elapsed_percent: over,
        ...amountJson('limit', unit, limit),
        ...amountJson('spent', unit, spent),
        resets_at: instantJson(window.endMicros),
        runs_out_at: instantJson(atMicros + Number((left * elapsed) / spent)),
      },
    }),
  };
}

/** With one decimal, rounded down. */
function percent(part: bigint, whole: bigint): number {
  return Number((part * 1000n) / whole) / 10;
}
