import type { Budget } from '../../src/policy/budget.ts';
import { rolledTo } from '../../src/policy/rolling.ts';
import { budgetJson } from './budgetSchema.ts';
import type { KnownWindows } from './windows.ts';

/** What of a budget says which calls count, where, and as how much. Equal: the counters stay. */
export function countedParts(budget: Budget): string {
  const { match, per, window, timezone, unpriced, lost_calls } = budgetJson(budget);
  const { unit } = budget.limit;
  return JSON.stringify([sorted(match), [...per].sort(), window, timezone, unit, unpriced, lost_calls]);
}

/** Everything that a budget says. Equal: nothing changes. */
export function allParts(budget: Budget): string {
  return JSON.stringify([budget.source, { ...budgetJson(budget), match: sorted(budget.match) }]);
}

/** jsonb keeps no order of keys. */
function sorted(record: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1));
}

const DAY_MICROS = 86_400_000_000;
/** Runs and sessions have no window: of one that is older, what it cost until then is not counted. */
const ENDLESS_COUNTS_MICROS = 30 * DAY_MICROS;

/** From when on a budget counts that is made now. */
export function newCountsFromMicros({ window, timezone }: Budget, known: KnownWindows, nowMicros: number): number {
  switch (window.kind) {
    case 'run':
    case 'session':
      return nowMicros - ENDLESS_COUNTS_MICROS;
    case 'rolling':
      return rolledTo(window.ms, nowMicros);
    case 'hour':
    case 'day':
    case 'week':
    case 'month':
      return known.of(window, timezone, nowMicros).startMicros;
  }
}
