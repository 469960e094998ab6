import { formatUsd } from '../format/money.ts';
import { formatExact } from '../format/numbers.ts';
import type { BudgetDefinition, Unit } from '../policyAnswers.ts';

export const units = ['usd', 'tokens', 'calls'] as const satisfies readonly Unit[];

/** What a limit counts. One that is not written yet counts USD. */
export function unitOf(limit: BudgetDefinition['limit']): Unit {
  return units.find((unit) => limit[unit] !== undefined) ?? 'usd';
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** `$50.00`, `1,000,000 tokens`, `1 call`; `…` for what is unknown, or no number while it is being written. */
export function amountWords(unit: Unit, amount: string | number | null | undefined): string {
  if (amount === null || amount === undefined || !DECIMAL.test(String(amount)))
    return `…${unit === 'usd' ? '' : ` ${unit}`}`;
  if (unit === 'usd') return formatUsd(String(amount));
  return `${formatExact(Number(amount))} ${Number(amount) === 1 ? unit.slice(0, -1) : unit}`;
}

const calendarWords: Readonly<Record<string, string>> = {
  hour: 'an hour',
  day: 'a day',
  week: 'a week',
  month: 'a month',
};

/** Windows of the calendar begin at midnight somewhere; an hour begins alike in most zones, runs and sessions in none. */
export function hasZone(window: string): boolean {
  return window === 'day' || window === 'week' || window === 'month';
}

const PERIOD_UNITS: Readonly<Record<string, string>> = { m: 'minute', h: 'hour', d: 'day' };

/** `rolling:24h` is "in any 24 hours". */
function rollingWords(window: string): string {
  const [, count = '', unit = ''] = /^rolling:(\d+)([mhd])$/.exec(window) ?? [];
  if (count === '') return `in a window of ${window.replace(/^rolling:/, '') || 'some length'}`;
  return `in any ${count} ${PERIOD_UNITS[unit] ?? unit}${Number(count) === 1 ? '' : 's'}`;
}

/** `Europe/Berlin` is Berlin. */
function zoneWord(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** How long a limit lasts: "a day (Berlin)", "in any 24 hours"; nothing for a run, which is said of whom it is for. */
export function windowWords({ window, timezone }: Pick<BudgetDefinition, 'window' | 'timezone'>): string {
  if (window === 'run' || window === 'session') return '';
  const words = calendarWords[window];
  if (words === undefined) return rollingWords(window);
  return hasZone(window) ? `${words} (${zoneWord(timezone)})` : words;
}

/** `tag.team` is "tag team". */
const dimensionWords = (name: string): string => name.replace(/^tag\./, 'tag ');

function listWords(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** "agent support-bot and model gpt-4*"; empty where every call matches. */
export function matchWords(match: BudgetDefinition['match']): string {
  return listWords(Object.entries(match).map(([dimension, glob]) => `${dimensionWords(dimension)} ${glob}`));
}

/** Whose counters there are: "Each user", "Each run"; empty where there is one for all. */
export function perWords({ per, window }: Pick<BudgetDefinition, 'per' | 'window'>): string {
  const own = window === 'run' || window === 'session' ? [window] : [];
  const names = [...new Set([...own, ...per])].map(dimensionWords);
  return names.length === 0 ? '' : `Each ${listWords(names)}`;
}

const verbs: Readonly<Record<Unit, string>> = { usd: 'spend', tokens: 'use', calls: 'make' };

function whoWords(definition: Pick<BudgetDefinition, 'match' | 'per' | 'window'>): string {
  const match = matchWords(definition.match);
  const each = perWords(definition);
  if (each !== '') return match === '' ? each : `${each} with ${match}`;
  return match === '' ? 'All calls together' : `Calls with ${match} together`;
}

function exceedWords({ on_exceed: effect, downgrade }: Pick<BudgetDefinition, 'on_exceed' | 'downgrade'>): string {
  if (effect === 'warn') return 'then calls go on, and an alert says so';
  if (effect === 'require_approval') return 'then each call waits until somebody approves it';
  if (effect === 'downgrade') {
    const steps = Object.entries(downgrade).map(([from, to]) => `${from} becomes ${to}`);
    return `then ${steps.length === 0 ? 'calls get another model' : listWords(steps)}`;
  }
  return 'then calls are refused';
}

/** What a budget says, to be read aloud: "Each user may spend $50.00 a day (Berlin); then calls are refused." */
export function budgetSentence(definition: BudgetDefinition): string {
  const unit = unitOf(definition.limit);
  const amount = amountWords(unit, definition.limit[unit]);
  const parts = [whoWords(definition), 'may', verbs[unit], amount, windowWords(definition)];
  const sentence = `${parts.filter((part) => part !== '').join(' ')}; ${exceedWords(definition)}.`;
  return definition.mode === 'shadow' ? `${sentence} It only records what it would do, and stops nothing.` : sentence;
}
