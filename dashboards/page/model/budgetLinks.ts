import type { BudgetDefinition, Counter } from '../policyAnswers.ts';
import { escapeValue } from './filters.ts';

const isGlob = (text: string): boolean => text.includes('*');

/** The filters of the calls that a counter counts; null where a glob makes them more than filters can say. */
export function countedCalls(
  { match }: Pick<BudgetDefinition, 'match'>,
  counter: Pick<Counter, 'key' | 'window_start' | 'resets_at'> | null,
): Readonly<Record<string, string>> | null {
  const named = { ...match, ...counter?.key };
  // `*` alone matches everything, also what is not there.
  const needed = Object.entries(named).filter(([, value]) => value !== '*');
  if (needed.some(([, value]) => isGlob(value))) return null;
  const filters = Object.fromEntries(needed.map(([dimension, value]) => [dimension, escapeValue(value)]));
  if (counter?.window_start == null) return filters;
  const { window_start: from, resets_at: to } = counter;
  return { ...filters, from, ...(to === null ? {} : { to }) };
}
