import { formatUsd, toGeometry } from '../format/money.ts';
import { formatCount } from '../format/numbers.ts';
import { formatClock, formatDayWord } from '../format/times.ts';
import type { BudgetDefinition, Counter, Unit } from '../policyAnswers.ts';

const units: readonly Unit[] = ['usd', 'tokens', 'calls'];

export interface BudgetNow {
  readonly unit: Unit;
  /** As the API says them: decimal texts, also of tokens and calls. */
  readonly limit: string;
  readonly spent: string;
  readonly reserved: string;
  /** Of the limit. */
  readonly spentShare: number;
  readonly reservedShare: number;
  /** What of the window is over, 0 to 1; null where it has no beginning or no end. */
  readonly pace: number | null;
  readonly state: 'ok' | 'warn' | 'bad';
  readonly words: string;
}

type Rule = Pick<BudgetDefinition, 'on_exceed' | 'mode'>;

/** How a counter stands. Red is only where calls are refused. */
export function budgetNow(counter: Counter, rule: Rule, nowMs: number, zone?: string): BudgetNow {
  const unit = units.find((name) => counter[`limit_${name}`] !== undefined) ?? 'usd';
  const amount = (name: string): string => String(counter[`${name}_${unit}`] ?? '0');
  const [limit, spent, reserved] = [amount('limit'), amount('spent'), amount('reserved')];
  const whole = toGeometry(limit) || 1;
  return {
    unit,
    limit,
    spent,
    reserved,
    spentShare: toGeometry(spent) / whole,
    reservedShare: toGeometry(reserved) / whole,
    pace: paceOf(counter, nowMs),
    ...stateOf(counter, amount('left'), rule, nowMs, zone),
  };
}

function paceOf({ window_start: start, resets_at: end }: Counter, nowMs: number): number | null {
  if (start === null || end === null) return null;
  const [from, to] = [Date.parse(start), Date.parse(end)];
  return to > from ? Math.min(1, Math.max(0, (nowMs - from) / (to - from))) : null;
}

const usedUpWords: Readonly<Record<string, string>> = {
  deny: 'used up: calls are refused',
  require_approval: 'used up: calls wait for approval',
  downgrade: 'used up: smaller models answer',
  warn: 'used up: calls go on',
};

function stateOf(
  counter: Counter,
  left: string,
  { on_exceed: onExceed, mode }: Rule,
  nowMs: number,
  zone?: string,
): Pick<BudgetNow, 'state' | 'words'> {
  if (toGeometry(left) <= 0) {
    if (mode === 'shadow') return { state: 'warn', words: 'used up: shadow, nothing is refused' };
    return { state: onExceed === 'deny' ? 'bad' : 'warn', words: usedUpWords[onExceed] ?? 'used up' };
  }
  if (counter.forecast === null) return { state: 'ok', words: 'no pace to tell by' };
  const { exhausted_at: at } = counter.forecast;
  return at === null ? { state: 'ok', words: 'enough' } : { state: 'warn', words: runsOut(at, nowMs, zone) };
}

function runsOut(at: string, nowMs: number, zone?: string): string {
  const day = formatDayWord(at, zone, nowMs);
  return day === 'today' || day === 'tomorrow' ? `runs out ${day} at ${formatClock(at, zone)}` : `runs out on ${day}`;
}

export function formatAmount(amount: string, unit: Unit): string {
  return unit === 'usd' ? formatUsd(amount) : `${formatCount(Number(amount))} ${unit}`;
}

/** `user u1842`; nothing where the budget has one counter. */
export function keyWords(key: Readonly<Record<string, string>>): string {
  return Object.entries(key)
    .map(([dimension, value]) => `${dimension} ${value}`)
    .join(', ');
}

/** `a day (Europe/Berlin)`, `the last 24 h`. */
export function windowWords({ window, timezone }: Pick<BudgetDefinition, 'window' | 'timezone'>): string {
  if (window.startsWith('rolling:')) return `the last ${window.slice('rolling:'.length)}`;
  return timezone === 'UTC' || window === 'run' || window === 'session' ? `a ${window}` : `a ${window} (${timezone})`;
}
