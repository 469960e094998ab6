import { formatUsd } from '../format/money.ts';
import { formatExact } from '../format/numbers.ts';
import { formatClock, formatDayWord } from '../format/times.ts';
import type { BudgetDefinition, Counter, Unit } from '../policyAnswers.ts';

/** The unit of a budget's limit. */
export function unitOf({ limit }: Pick<BudgetDefinition, 'limit'>): Unit {
  if (limit.usd !== undefined) return 'usd';
  return limit.tokens === undefined ? 'calls' : 'tokens';
}

export interface Amounts {
  readonly unit: Unit;
  readonly limit: string;
  readonly raised: string;
  readonly spent: string;
  readonly reserved: string;
  readonly left: string;
  readonly overrun: string;
}

/** The amounts of a counter as decimal texts, whatever their unit. */
export function counterAmounts(counter: Counter, definition: Pick<BudgetDefinition, 'limit'>): Amounts {
  const unit = unitOf(definition);
  const amount = (name: string): string => {
    const value = counter[`${name}_${unit}`];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '0';
  };
  return {
    unit,
    limit: amount('limit'),
    raised: amount('raised'),
    spent: amount('spent'),
    reserved: amount('reserved'),
    left: amount('left'),
    overrun: amount('overrun'),
  };
}

export function formatAmount(amount: string, unit: Unit): string {
  return unit === 'usd' ? formatUsd(amount) : `${formatExact(Number(amount))} ${unit}`;
}

/** Where in its window this moment lies, 0 to 1; null for windows without a start. */
export function paceOf({ window_start: start, resets_at: end }: Counter, nowMs: number): number | null {
  if (start === null || end === null) return null;
  const from = Date.parse(start);
  const share = (nowMs - from) / (Date.parse(end) - from);
  return Number.isFinite(share) ? Math.max(0, Math.min(1, share)) : null;
}

export interface CounterState {
  readonly state: 'ok' | 'warn' | 'bad';
  readonly words: string;
}

const NEARLY = 0.8;

/** Whether it will do, in a few words. */
export function counterState(counter: Counter, { mode }: Pick<BudgetDefinition, 'mode'>, nowMs: number): CounterState {
  if (counter.used_share >= 1) return { state: 'bad', words: mode === 'shadow' ? 'used up, in shadow' : 'used up' };
  const at = counter.forecast?.exhausted_at ?? null;
  if (at !== null) {
    const day = formatDayWord(at, undefined, nowMs);
    return { state: 'warn', words: `runs out ${day === 'today' ? `at ${formatClock(at)}` : onDay(day)}` };
  }
  return counter.used_share >= NEARLY ? { state: 'warn', words: 'nearly used' } : { state: 'ok', words: 'enough' };
}

function onDay(day: string): string {
  return day === 'tomorrow' ? day : `on ${day}`;
}

/** `user u1842`, `agent coder · user u1`. */
export function keyWords({ key }: Pick<Counter, 'key'>): string {
  return Object.entries(key)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
}

/** `a day (Europe/Berlin)`, `a run`, `the last 24h`. */
export function windowWords({ window, timezone }: Pick<BudgetDefinition, 'window' | 'timezone'>): string {
  if (window.startsWith('rolling:')) return `the last ${window.slice('rolling:'.length)}`;
  const isCalendar = window !== 'run' && window !== 'session';
  return `a ${window}${isCalendar && timezone !== 'UTC' ? ` (${timezone})` : ''}`.replace('a hour', 'an hour');
}
