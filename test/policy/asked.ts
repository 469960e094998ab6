import type { Budget, PolicyRule } from '../../src/policy/budget.ts';
import { Bounds } from '../../src/policy/bound.ts';
import { counterKeyOf } from '../../src/policy/counterKey.ts';
import { factsOfRequest, type AskedCall, type DecisionRequest } from '../../src/policy/decision.ts';
import type { CounterState, EvaluationInput } from '../../src/policy/evaluate.ts';
import { limitAt, Policy, type BudgetInForce } from '../../src/policy/policy.ts';
import type { CallFacts } from '../../src/policy/posting.ts';
import { parseUsd } from '../../src/money.ts';
import { createPricing } from '../../src/pricing/pricing.ts';

const pricing = createPricing();
export const bounds = new Bounds((asked) => pricing.cardOf(asked));
export const noonMs = Date.UTC(2026, 9, 1, 12);
const midnightMicros = Date.UTC(2026, 9, 2) * 1000;

export function usd(text: string): bigint {
  const amount = parseUsd(text);
  if (amount === null) throw new Error(`${text} is no amount of USD`);
  return amount;
}

export const facts: CallFacts = {
  tenant: 'acme',
  agent: 'support-bot',
  user: 'u1',
  session: 's1',
  run: 'r1',
  model: 'gpt-4o',
  responseModel: null,
  provider: 'openai',
  service: 'api',
  environment: 'prod',
  tags: {},
};

/** A budget of 50 USD a day that denies; tests say what else matters. */
export const plainBudget: Budget = {
  name: 'daily',
  source: 'file',
  match: {},
  per: [],
  window: { kind: 'day' },
  timezone: 'UTC',
  limit: { unit: 'usd', amount: usd('50') },
  alertAt: [50, 80, 100],
  onExceed: 'deny',
  downgrade: {},
  unpriced: { kind: 'deny' },
  lostCalls: 'presume',
  mode: 'enforce',
  minOutputTokens: 64,
  stopStreams: false,
};

export function inForce(changes: Partial<Budget> = {}, rest: Partial<BudgetInForce> = {}): BudgetInForce {
  return {
    id: 1,
    tenant: null,
    budget: { ...plainBudget, ...changes },
    countsFromMicros: 0,
    idleFromMicros: 0,
    raises: [],
    ...rest,
  };
}

/** Of 1,000 counted tokens and at most 500 of output: 0.0025 + 0.005 USD for gpt-4o. */
export const plainAsked: AskedCall = {
  provider: 'openai',
  model: 'gpt-4o',
  operation: 'chat',
  traceId: '5b8efff798038103d269b633813fc60c',
  runId: null,
  inputTokens: 1_000,
  inputBytes: null,
  messages: 1,
  tools: 0,
  images: 0,
  isInputBounded: true,
  maxOutputTokens: 500,
  canLimitOutput: true,
  choices: 1,
  cacheWrite: 'none',
  webSearches: 0,
  serviceTier: null,
  inferenceGeo: null,
  speed: null,
  searchContextSize: null,
};

export function requestOf(call: AskedCall | null): DecisionRequest {
  return {
    tenant: 'acme',
    subject: { agent: 'support-bot', user: 'u1', session: 's1', service: 'api', environment: 'prod', tags: {} },
    call,
    idempotencyKey: null,
    requestHash: '00',
    ttlMs: 120_000,
  };
}

export const plainRule: PolicyRule = {
  name: 'rule',
  match: {},
  effect: null,
  maxOutputTokens: null,
  maxCostPerCallFemtoUsd: null,
  mode: 'enforce',
};

/** What counters hold, by the budget's name; one that is not named holds nothing. */
export type Held = Readonly<Record<string, { readonly spent?: bigint; readonly reserved?: bigint }>>;

/** A decision's input over a policy whose counters hold what is said. */
export function inputOf(
  call: AskedCall | null,
  budgets: readonly BudgetInForce[],
  held: Held = {},
  changes: Partial<EvaluationInput> = {},
): EvaluationInput {
  const policy = new Policy(1, budgets);
  const request = requestOf(call);
  return {
    request,
    rules: [],
    outer: null,
    bounds,
    atMs: noonMs,
    countersOf: (model) => countersOf(policy, factsOfRequest(request, model), held),
    isApproved: false,
    ...changes,
  };
}

function countersOf(policy: Policy, of: CallFacts, held: Held): readonly CounterState[] {
  return policy.matching(of).map((budget) => {
    const { values: key } = counterKeyOf(budget.budget, of);
    const { spent = 0n, reserved = 0n } = held[budget.budget.name] ?? {};
    return { budget, key, limit: limitAt(budget, key, noonMs * 1000), spent, reserved, resetsAtMicros: midnightMicros };
  });
}
