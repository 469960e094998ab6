/** What `tollgate.yaml` says of calls before they are made: docs/reference/config.md has the keys. */
import type { Budget, PolicyRule } from '../src/policy/budget.ts';
import { match, policyName, usdAbove0 } from './gate/budgetParts.ts';
import { budgetKeys, budgetSchema } from './gate/budgetSchema.ts';
import { isMapping, namedList, oneOfTexts, section, wholeNumber } from './schemaParts.ts';

/** The file's budgets hold for every tenant; each call is matched with all of them. */
const BUDGETS_MAX = 1_000;
const RULES_MAX = 1_000;
const OUTPUT_TOKENS_MAX = 10_000_000;

export const budgets = namedList(
  budgetSchema.transform((budget): Budget => ({ ...budget, source: 'file' })),
  'budgets',
  BUDGETS_MAX,
);

const ruleShape = {
  name: policyName,
  match: match.default({}),
  effect: oneOfTexts(['deny', 'require_approval', 'warn']).optional(),
  max_output_tokens: wholeNumber(1, OUTPUT_TOKENS_MAX).optional(),
  max_cost_per_call_usd: usdAbove0.optional(),
  mode: oneOfTexts(['enforce', 'shadow']).default('enforce'),
};
const rule = section(ruleShape)
  .refine((entry) => (entry.effect ?? entry.max_output_tokens ?? entry.max_cost_per_call_usd) !== undefined, {
    error: 'something to say of what matches: effect, max_output_tokens or max_cost_per_call_usd',
    when: ({ value, issues }) => isMapping(value) && issues.every(({ path }) => !saysSomething(path?.[0])),
  })
  .transform((written): PolicyRule => ({
    name: written.name,
    match: written.match,
    effect: written.effect ?? null,
    maxOutputTokens: written.max_output_tokens ?? null,
    maxCostPerCallFemtoUsd: written.max_cost_per_call_usd ?? null,
    mode: written.mode,
  }));

/** What of a rule says something, if wrongly, is a problem already. */
function saysSomething(key: PropertyKey | undefined): boolean {
  return key === 'effect' || key === 'max_output_tokens' || key === 'max_cost_per_call_usd';
}

export const rules = namedList(rule, 'rules', RULES_MAX);

export const policyKeys: readonly string[] = [
  ...budgetKeys.map((key) => `budgets[].${key}`),
  ...Object.keys(ruleShape).map((key) => `rules[].${key}`),
];
