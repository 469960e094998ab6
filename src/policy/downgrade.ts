import { compileGlob } from '../glob.ts';
import type { Budget } from './budget.ts';

type Downgrade = readonly [matches: (model: string) => boolean, to: string];

/** Budgets live as long as their policy. */
const compiled = new WeakMap<Budget, readonly Downgrade[]>();

/** The model that a budget puts in the place of another; null where it has none. */
export function downgradeOf(budget: Budget, model: string): string | null {
  const to = downgradesOf(budget).find(([matches]) => matches(model))?.[1] ?? null;
  return to === model ? null : to;
}

function downgradesOf(budget: Budget): readonly Downgrade[] {
  let downgrades = compiled.get(budget);
  if (downgrades === undefined) {
    downgrades = Object.entries(budget.downgrade)
      .toSorted(([a], [b]) => precedence(b) - precedence(a))
      .map(([pattern, to]) => [compileGlob(pattern), to]);
    compiled.set(budget, downgrades);
  }
  return downgrades;
}

/** Names before globs, long globs before short ones: the order they were written in does not outlive a `jsonb` column. */
function precedence(pattern: string): number {
  return pattern.includes('*') ? pattern.length : Number.MAX_SAFE_INTEGER;
}
