import type { BudgetDefinition, Counter } from '../policyAnswers.ts';
import { escapeValue } from './filters.ts';

const isGlob = (text: string): boolean => text.includes('*');

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Of `rolling:24h`; null where the window is another one. */
function rollingLengthMs(window: string): number | null {
  const [, count = '', unit = ''] = /^rolling:(\d+)([mhd])$/.exec(window) ?? [];
  return count === '' ? null : Number(count) * (unitMs[unit] ?? 0);
}

/** The filters of the calls that a counter counts; null where a glob makes them more than filters can say. */
export function countedCalls(
  { match, window }: Pick<BudgetDefinition, 'match' | 'window'>,
  counter: Pick<Counter, 'key' | 'window_start' | 'resets_at'> | null,
  nowMs: number = Date.now(),
): Readonly<Record<string, string>> | null {
  const named = { ...match, ...counter?.key };
  // `*` alone matches everything, also what is not there.
  const needed = Object.entries(named).filter(([, value]) => value !== '*');
  if (needed.some(([, value]) => isGlob(value))) return null;
  const filters = Object.fromEntries(needed.map(([dimension, value]) => [dimension, escapeValue(value)]));
  const rollingMs = rollingLengthMs(window);
  if (rollingMs !== null) return { ...filters, from: new Date(nowMs - rollingMs).toISOString() };
  if (counter?.window_start == null) return filters;
  const { window_start: from, resets_at: to } = counter;
  return { ...filters, from, ...(to === null ? {} : { to }) };
}
