import type { Budget } from './budget.ts';
import { valueOf } from './dimensions.ts';
import type { CallFacts } from './posting.ts';

export interface CounterKey {
  /** By dimension; `(none)` where the call has none. */
  readonly values: Readonly<Record<string, string>>;
  /** The same for equal keys of one budget, and for them alone. */
  readonly text: string;
}

/** Which counter of a budget a call counts in: its `per` dimensions, and the run or session where that is the window. */
export function counterKeyOf(budget: Budget, facts: CallFacts): CounterKey {
  const values: Record<string, string> = {};
  for (const dimension of keyDimensions(budget)) values[dimension] = valueOf(facts, dimension);
  return { values, text: JSON.stringify(values) };
}

/** Without doubles and in one order, whatever order the budget was written in. */
function keyDimensions({ per, window }: Budget): readonly string[] {
  const dimensions = new Set<string>(per);
  if (window.kind === 'run' || window.kind === 'session') dimensions.add(window.kind);
  return [...dimensions].toSorted();
}
