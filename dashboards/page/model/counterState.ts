import { formatClock, formatDayWord } from '../format/times.ts';
import { toGeometry } from '../format/money.ts';
import type { Counter, Unit } from '../policyAnswers.ts';
import { amountWords } from './budgetWords.ts';

/** The amounts of a counter: decimal texts of USD, or whole numbers. */
export type Amount = string | number | null;

export function amountOf(counter: Readonly<Record<string, unknown>>, name: string, unit: Unit): Amount {
  const value = counter[`${name}_${unit}`];
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

/** Whether an amount is there and is not 0. */
export function isSome(amount: Amount): boolean {
  return amount !== null && /[1-9]/.test(String(amount));
}

/** For lengths on the screen alone. */
function lengthOf(amount: Amount): number {
  return typeof amount === 'number' ? amount : toGeometry(amount);
}

export interface GaugeLengths {
  /** Of the limit. */
  readonly spent: number;
  readonly reserved: number;
  /** The part of the window that has passed; null where it has no beginning or end. */
  readonly pace: number | null;
}

export function gaugeLengths(counter: Counter, unit: Unit, nowMs: number = Date.now()): GaugeLengths {
  const limit = lengthOf(amountOf(counter, 'limit', unit));
  const share = (name: string): number => (limit > 0 ? lengthOf(amountOf(counter, name, unit)) / limit : 0);
  return { spent: share('spent'), reserved: share('reserved'), pace: paceOf(counter, nowMs) };
}

function paceOf({ window_start: start, resets_at: end }: Counter, nowMs: number): number | null {
  if (start === null || end === null) return null;
  const length = Date.parse(end) - Date.parse(start);
  if (!(length > 0)) return null;
  return Math.min(1, Math.max(0, (nowMs - Date.parse(start)) / length));
}

export type CounterState = 'ok' | 'warn' | 'bad';

export interface CounterWords {
  readonly state: CounterState;
  readonly words: string;
}

/** Windows without a forecast, those of runs and sessions, are near their end from here on. */
const NEAR_SHARE = 0.8;

interface Consequence {
  readonly on_exceed: string;
  readonly mode: string;
}

/** How it stands: "used up until tomorrow 00:00", "runs out today at 19:40", "enough". Red is only what stops calls. */
export function counterWords(
  counter: Counter,
  consequence: Consequence,
  nowMs: number = Date.now(),
  zone?: string,
): CounterWords {
  const { used_share: share, resets_at: resets, forecast } = counter;
  const exhausted = forecast?.exhausted_at ?? null;
  if (share >= 1) {
    const until = resets === null ? '' : ` until ${whenWords(resets, nowMs, zone)}`;
    const isStopping = consequence.mode === 'enforce' && consequence.on_exceed !== 'warn';
    return { state: isStopping ? 'bad' : 'warn', words: `used up${until}` };
  }
  if (exhausted !== null) return { state: 'warn', words: `runs out ${whenWords(exhausted, nowMs, zone)}` };
  if (forecast === null && share >= NEAR_SHARE) return { state: 'warn', words: 'nearly used up' };
  return { state: 'ok', words: 'enough' };
}

/** "today at 19:40", "on 28 Nov at 06:00". */
export function whenWords(iso: string, nowMs: number = Date.now(), zone?: string): string {
  const word = formatDayWord(iso, zone, nowMs);
  const clock = formatClock(iso, zone);
  return /^\d/.test(word) ? `${word}, ${clock}` : `${word} at ${clock}`;
}

/** "$41.22 spent + $1.90 reserved of $50.00", as it stands beside a gauge and as its name. */
export function countedWords(counter: Counter, unit: Unit): { readonly counted: string; readonly limit: string } {
  const reserved = amountOf(counter, 'reserved', unit);
  const spent = `${amountWords(unit, amountOf(counter, 'spent', unit))} ${unit === 'usd' ? 'spent' : 'used'}`;
  return {
    counted: isSome(reserved) ? `${spent} + ${amountWords(unit, reserved)} reserved` : spent,
    limit: amountWords(unit, amountOf(counter, 'limit', unit)),
  };
}

/** `user u1, session s1`; empty where there is one counter. */
export function keyWords(key: Counter['key']): string {
  return Object.entries(key)
    .map(([dimension, value]) => `${dimension.replace(/^tag\./, 'tag ')} ${value}`)
    .join(', ');
}
