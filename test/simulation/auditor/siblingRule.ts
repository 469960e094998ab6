import { classOf, familyOf, haveEqualTotals, isOneWithinTheOther } from './likeness.ts';
import { endMicros, inOrder, isCall, startMicros, type CallRow } from './row.ts';
import { gather, type Pair, type Sets } from './sets.ts';
import type { Tree } from './tree.ts';

/** Rule 3, in one trace: "by start, end and span id; each joins the first open set all of whose members it fits". */
export function siblingRule(tree: Tree, totals: ReadonlySet<CallRow>, nested: Sets): readonly Pair[] {
  const calls = tree.rows.filter(isCall).filter((call) => !totals.has(call));
  return gather(
    calls.sort(byStartAndEnd),
    (one, other) => areSiblings(tree, one, other) && areReportedApart(nested.of(one), nested.of(other)),
  );
}

const byStartAndEnd = inOrder<CallRow>(startMicros, endMicros, ({ span }) => span.spanId);

/**
 * "Calls of one service (or of none) with equal totals, equal family and equal class (none equals none), different scopes, totals
 * excepted, not above one another, that intersect and of which one is within the
 * other's time (widened by 2 s at each end), of which at most one names a response id."
 */
function areSiblings(tree: Tree, one: CallRow, other: CallRow): boolean {
  return (
    one.call.service === other.call.service &&
    haveEqualTotals(one, other) &&
    familyOf(one.call.model) === familyOf(other.call.model) &&
    classOf(one.call.operation) === classOf(other.call.operation) &&
    one.call.scope !== other.call.scope &&
    !tree.isAbove(one, other) &&
    !tree.isAbove(other, one) &&
    isOneWithinTheOther(one, other) &&
    (one.call.responseId === null || other.call.responseId === null)
  );
}

/** "Scopes and response ids of the copies by rule 1 of either count too." */
function areReportedApart(ones: readonly CallRow[], others: readonly CallRow[]): boolean {
  const isNamed = ({ call }: CallRow): boolean => call.responseId !== null;
  if (ones.some(isNamed) && others.some(isNamed)) return false;
  return ones.every((one) => others.every((other) => one.call.scope !== other.call.scope));
}
