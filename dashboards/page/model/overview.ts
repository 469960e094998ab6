import type { Changes } from '../answers.ts';
import { changeShare, compareUsd, toGeometry } from '../format/money.ts';
import { formatShare } from '../format/numbers.ts';
import type { Budget, BudgetDefinition, Counter, Forecast } from '../policyAnswers.ts';
import { counterWords } from './counterState.ts';

export interface Comparison {
  readonly direction: 'up' | 'down' | 'same';
  /** `▲ 22 %` */
  readonly amount: string;
  /** `more than` */
  readonly than: string;
}

/** Above this "times as much" is read at a glance, per cent is not. */
const TIMES_FROM = 2;

/** Null where there is nothing to compare with. */
export function comparison({
  now_usd: now,
  before_usd: before,
}: Pick<Changes, 'now_usd' | 'before_usd'>): Comparison | null {
  if (now === null || before === null) return null;
  const share = changeShare(now, before);
  if (share === null) return null;
  if (Math.abs(share) < 0.0005) return { direction: 'same', amount: '●', than: 'as much as' };
  if (share >= TIMES_FROM) return { direction: 'up', amount: `▲ ${(share + 1).toFixed(1)} times`, than: 'as much as' };
  return share > 0
    ? { direction: 'up', amount: `▲ ${formatShare(share)}`, than: 'more than' }
    : { direction: 'down', amount: `▼ ${formatShare(-share)}`, than: 'less than' };
}

export interface Cause {
  readonly id: 'volume' | 'mix' | 'price';
  readonly label: string;
  readonly usd: string;
  /** −1 to 1: of the largest of the three. */
  readonly share: number;
}

const causeWords = {
  volume: ['More calls', 'Fewer calls'],
  mix: ['Dearer mix of models', 'Cheaper mix of models'],
  price: ['Dearer calls', 'Cheaper calls'],
} as const;

/** What the difference is made of: the three add up to it. */
export function causes(changes: Pick<Changes, 'volume_usd' | 'mix_usd' | 'price_usd'>): Cause[] {
  const parts = [
    ['volume', changes.volume_usd],
    ['mix', changes.mix_usd],
    ['price', changes.price_usd],
  ] as const;
  const largest = Math.max(...parts.map(([, usd]) => Math.abs(toGeometry(usd)))) || 1;
  return parts.map(([id, usd]) => {
    const [more, less] = causeWords[id];
    return { id, label: usd.startsWith('-') ? less : more, usd, share: toGeometry(usd) / largest };
  });
}

/** The part that did most of it, as words after the comparison; null where there was no difference. */
export function mainCause(changes: Pick<Changes, 'delta_usd' | 'volume_usd' | 'mix_usd' | 'price_usd'>): string | null {
  const sign = changes.delta_usd.startsWith('-') ? -1 : 1;
  if (compareUsd(changes.delta_usd, '0') === 0) return null;
  const [first] = causes(changes).toSorted((a, b) => sign * (b.share - a.share));
  return first === undefined ? null : first.label.toLowerCase();
}

interface Range {
  readonly from: string;
  readonly to: string;
}

/** The period of equal length that ends where this one begins. */
export function rangeBefore({ from, to }: Range): Range {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  return { from: new Date(2 * fromMs - toMs).toISOString(), to: from };
}

const HOUR_MS = 3_600_000;
const barMs: Readonly<Record<string, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS, week: 7 * 24 * HOUR_MS };

/**
 * Whether the bars of the period before are cut where those of this one are: only then does one stand for the other. A
 * clock that is put forward or back in between makes an hour of no account.
 */
export function isCutAlike({ from, to }: Range, interval: string | null): boolean {
  const lengthMs = barMs[interval ?? ''];
  if (lengthMs === undefined) return false;
  const overMs = (Date.parse(to) - Date.parse(from)) % lengthMs;
  return overMs === 0 || (interval !== 'hour' && (overMs <= HOUR_MS || lengthMs - overMs <= HOUR_MS));
}

/** A period that ends now moves on, and what was before it is asked for after it: so far the two may be apart. */
const APART_MS = 10 * 60_000;

/** Whether the one answer is of the period before the other, and not still of the one before another. */
export function isBefore(past: Pick<Range, 'to'>, { from }: Pick<Range, 'from'>): boolean {
  return Math.abs(Date.parse(past.to) - Date.parse(from)) <= APART_MS;
}

/** Figures of the period before under the bars of this one: the last under the last, since both end in the same part of their interval. */
export function underBars(figures: readonly (string | null)[], bars: number): (string | null)[] {
  return Array.from({ length: bars }, (_, at) => figures[figures.length - bars + at] ?? null);
}

export interface BudgetRow {
  readonly name: string;
  readonly counter: Counter;
  readonly consequence: Pick<BudgetDefinition, 'on_exceed' | 'mode'>;
  /** Null where only the forecast tells of it, and the budget itself is not in the list. */
  readonly definition: BudgetDefinition | null;
  /** Counters of the same budget that are used up or will be, beside this one. */
  readonly others: number;
}

const urgency = { bad: 0, warn: 1, ok: 2 } as const;

/** Of each budget the counter that says most: one used up, one that will be, else the fullest. The most urgent first. */
export function urgentBudgets(budgets: readonly Budget[], forecast: Forecast['budgets'], nowMs: number): BudgetRow[] {
  const definitions = new Map(budgets.map(({ name, definition }) => [name, definition]));
  const told = [
    ...budgets.flatMap(({ name, state, definition }) => (state === null ? [] : [rowOf(name, state, definition)])),
    ...forecast.map((counter) => rowOf(counter.budget, counter, counter)),
  ];
  // A budget with one counter is in both.
  const rows = [...new Map(told.map((row) => [JSON.stringify([row.name, row.counter.key]), row])).values()];
  const rank = ({ counter, consequence }: Told): number => urgency[counterWords(counter, consequence, nowMs).state];
  const sorted = rows.toSorted((a, b) => rank(a) - rank(b) || b.counter.used_share - a.counter.used_share);
  const urgent = sorted.filter((row) => rank(row) < urgency.ok);
  return sorted
    .filter((row, at) => sorted.findIndex(({ name }) => name === row.name) === at)
    .map((row) => ({
      ...row,
      definition: definitions.get(row.name) ?? null,
      others: urgent.filter((other) => other !== row && other.name === row.name).length,
    }));
}

type Told = Pick<BudgetRow, 'name' | 'counter' | 'consequence'>;

function rowOf(name: string, counter: Counter, consequence: BudgetRow['consequence']): Told {
  return { name, counter, consequence };
}

/** The first counter that still has something left and will run out, and how many have nothing left. */
export function nextToRunOut(forecast: Forecast['budgets']): {
  readonly next: Forecast['budgets'][number] | null;
  readonly usedUp: number;
} {
  // By the share, not by the time: that is of the service's clock, and the viewer's may be slow.
  const isUsedUp = ({ used_share: share }: Counter): boolean => share >= 1;
  return {
    next: forecast.find((counter) => !isUsedUp(counter)) ?? null,
    usedUp: forecast.filter(isUsedUp).length,
  };
}
