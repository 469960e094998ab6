import { isSameClass, isSameFamily, nameOtherAnswers } from './likeness.ts';
import { bearsUsage, inOrder, isCall, tokens, type CallRow, type Row } from './row.ts';
import type { Pair } from './sets.ts';
import type { Tree } from './tree.ts';

export interface Nested {
  readonly copies: readonly Pair[];
  /** Calls that are containers: `total_over_calls`. */
  readonly totals: ReadonlySet<CallRow>;
}

/** Rule 1: "of each call, from the deepest up, the nearest usage-bearing calls below it decide". */
export function nestedRule(tree: Tree): Nested {
  const copies: Pair[] = [];
  const totals = new Set<CallRow>();
  const isOpen = (row: Row): row is CallRow => isCall(row) && !totals.has(row);
  for (const upper of tree.rows.filter(isCall).sort(inOrder((row) => -tree.depth(row)))) {
    const bearing = nearest(tree, upper, (row): row is CallRow => isOpen(row) && bearsUsage(row));
    const [only] = bearing;
    if (only === undefined) {
      const silent = nearest(tree, upper, isOpen);
      if (isTotalOverSilent(upper, silent)) totals.add(upper);
      else for (const lower of silent) if (isSilentCopy(upper, lower)) copies.push([upper, lower]);
    } else if (bearing.length === 1) {
      if (isCopy(upper, only)) copies.push([upper, only]);
    } else if (isTotal(upper, bearing)) {
      totals.add(upper);
    }
  }
  return { copies, totals };
}

/** "Through containers and plain spans, calls without usage, and calls that rule 1 made totals": all that `isWanted` is not. */
function nearest(tree: Tree, upper: Row, isWanted: (row: Row) => row is CallRow): readonly CallRow[] {
  return tree.children(upper).flatMap((row) => (isWanted(row) ? [row] : nearest(tree, row, isWanted)));
}

/** "An upper call without usage over several is a total." */
function isTotalOverSilent(upper: CallRow, silent: readonly CallRow[]): boolean {
  return !bearsUsage(upper) && silent.length > 1;
}

/** "A nearest call below (necessarily without usage) that is alike the upper one, counting only family and class, is a copy of it." */
function isSilentCopy(upper: CallRow, lower: CallRow): boolean {
  return isSameClass(upper, lower) && isSameFamily(upper, lower);
}

/**
 * "Of the same class, and of the same family or with the upper call's tokens (input + output) at least its own … An upper
 * call without usage needs the same family. If the two name other answers, they are different calls."
 */
function isCopy(upper: CallRow, lower: CallRow): boolean {
  if (!isSameClass(upper, lower) || nameOtherAnswers(upper, lower)) return false;
  return isSameFamily(upper, lower) || (bearsUsage(upper) && tokens(upper) >= tokens(lower));
}

/**
 * "The upper one without usage, or each of the same class and either all of the same family as the upper call or the upper
 * call's tokens at least the sum of theirs … If it bears usage and names another answer than one of them and the same as none,
 * it is a call of its own."
 */
function isTotal(upper: CallRow, lower: readonly CallRow[]): boolean {
  if (!bearsUsage(upper)) return true;
  if (!lower.every((each) => isSameClass(upper, each))) return false;
  const isNamedBelow = lower.some(({ call }) => call.responseId === upper.call.responseId);
  if (lower.some((each) => nameOtherAnswers(upper, each)) && !isNamedBelow) return false;
  const sum = lower.reduce((total, each) => total + tokens(each), 0);
  return lower.every((each) => isSameFamily(upper, each)) || tokens(upper) >= sum;
}
