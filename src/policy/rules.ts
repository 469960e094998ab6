import type { PolicyRule } from './budget.ts';
import { compileMatch } from './dimensions.ts';
import type { CallFacts } from './posting.ts';

/** Rules are made once, at start; a decision must not compile them again. */
const compiled = new WeakMap<PolicyRule, (facts: CallFacts) => boolean>();

export function matchingRules(rules: readonly PolicyRule[], facts: CallFacts): readonly PolicyRule[] {
  return rules.filter((rule) => matcherOf(rule)(facts));
}

function matcherOf(rule: PolicyRule): (facts: CallFacts) => boolean {
  let matches = compiled.get(rule);
  if (matches === undefined) {
    matches = compileMatch(rule.match);
    compiled.set(rule, matches);
  }
  return matches;
}
