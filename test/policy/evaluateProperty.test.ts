import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountsOf } from '../../src/policy/amounts.ts';
import type { Budget, PolicyRule } from '../../src/policy/budget.ts';
import { factsOfRequest, type AskedCall, type OuterVerdict } from '../../src/policy/decision.ts';
import { candidateModels, evaluate, type CounterState, type Verdict } from '../../src/policy/evaluate.ts';
import { Policy } from '../../src/policy/policy.ts';
import { postingOfReservation } from '../../src/policy/postings.ts';
import { inForce, inputOf, plainAsked, plainRule, requestOf, type Held } from './asked.ts';

/** USD for a million tokens of input and of output are femto-USD × 1e9 for one; written here from the price list. */
const rates: Readonly<Record<string, readonly [input: bigint, output: bigint]>> = {
  'gpt-4o': [2_500_000_000n, 10_000_000_000n],
  'gpt-4o-mini': [150_000_000n, 600_000_000n],
  'gpt-4.1-nano': [100_000_000n, 400_000_000n],
};
const models = [...Object.keys(rates), 'no-such-model'];
const model = fc.constantFrom(...models);
const tokenCount = fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 0, max: 1_000_000_000_000 }));

const call: fc.Arbitrary<AskedCall> = fc
  .record({
    model,
    inputTokens: tokenCount,
    maxOutputTokens: tokenCount,
    choices: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 128 })),
    canLimitOutput: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, fc.constant(false)),
    isInputBounded: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
  })
  .map((changes) => ({ ...plainAsked, ...changes }));

const unit = fc.constantFrom('usd', 'tokens', 'calls' as const);
/** As if the room were cut to a call of this size, give or take a digit. */
const room = fc.record({
  input: tokenCount,
  output: fc.integer({ min: 0, max: 6_000 }),
  off: fc.integer({ min: -2, max: 2 }),
});

const budget = fc
  .record({
    match: fc.constantFrom({}, { model: 'gpt-4o' }, { model: 'gpt-4o*' }, { model: '*-mini' }, { agent: '*' }),
    per: fc.constantFrom([], ['model'] as const, ['user'] as const),
    unit,
    room,
    priced: fc.constantFrom(...Object.keys(rates)),
    reserved: fc.bigInt({ min: 0n, max: 1_000n }),
    onExceed: fc.constantFrom('deny', 'warn', 'downgrade', 'require_approval' as const),
    downgrade: fc.dictionary(fc.constantFrom(...models, '*'), model, { maxKeys: 3 }),
    mode: fc.oneof({ weight: 5, arbitrary: fc.constant('enforce' as const) }, fc.constant('shadow' as const)),
    unpriced: fc.oneof(
      fc.constantFrom({ kind: 'deny' } as const, { kind: 'allow' } as const),
      fc.bigInt({ min: 0n, max: 10n ** 15n }).map((femtoUsd) => ({ kind: 'assume', femtoUsd }) as const),
    ),
    minOutputTokens: fc.constantFrom(1, 64, 500),
    lostCalls: fc.constantFrom('presume', 'release' as const),
  })
  .map(({ unit: counted, room: of, priced, reserved, ...rest }) => {
    const [input, output] = rates[priced] ?? [0n, 0n];
    const left = {
      usd: BigInt(of.input) * input + BigInt(of.output) * output,
      tokens: BigInt(of.input + of.output),
      calls: 2n,
    }[counted];
    const limit = { unit: counted, amount: 10n ** 30n } as const;
    const spent = limit.amount - reserved - left - BigInt(of.off);
    return { changes: { ...rest, limit }, spent, reserved };
  });
const budgets = fc.array(budget, { maxLength: 4 }).map((many) => {
  const all = many.map(({ changes }, id) => inForce({ ...changes, name: `b${id}` } as Partial<Budget>, { id }));
  const held: Held = Object.fromEntries(many.map(({ spent, reserved }, id) => [`b${id}`, { spent, reserved }]));
  return { all, held };
});

const rule: fc.Arbitrary<PolicyRule> = fc
  .record({
    match: fc.constantFrom({}, { model: 'gpt-4o' }, { model: '*-mini' }),
    effect: fc.constantFrom(null, null, null, 'deny', 'warn', 'require_approval' as const),
    maxOutputTokens: fc.option(fc.integer({ min: 1, max: 2_000 })),
    maxCostPerCallFemtoUsd: fc.option(fc.bigInt({ min: 0n, max: 10n ** 14n })),
    mode: fc.constantFrom('enforce', 'shadow' as const),
  })
  .map((changes) => ({ ...plainRule, ...changes }) as PolicyRule);
const outer: fc.Arbitrary<OuterVerdict | null> = fc.option(
  fc.record({
    effect: fc.constantFrom('allow', 'warn', 'modify', 'require_approval' as const),
    model: fc.option(model),
    maxOutputTokens: fc.option(fc.integer({ min: 1, max: 2_000 })),
    message: fc.constant('so'),
  }),
  { freq: 1 },
);

function isBinding({ budget: { budget: of } }: CounterState): boolean {
  return of.mode === 'enforce' && of.onExceed !== 'warn';
}

/** What the counter gets when the reservation is written down, and what every later audit makes of it. */
function taken(state: CounterState, verdict: Verdict, of: AskedCall): bigint {
  const posting = postingOfReservation({
    facts: factsOfRequest(requestOf(of), verdict.model),
    decidedMicros: 0,
    boundFemtoUsd: verdict.boundFemtoUsd,
    boundTokens: verdict.boundTokens,
    phase: 'open',
    rank: 0,
    settledFemtoUsd: null,
    settledTokens: 0,
    claims: 0,
    exactClaims: 0,
    unpricedClaims: 0,
    claimedFemtoUsd: 0n,
    claimedUnpricedCalls: 0,
    claimedTokens: 0,
    claimedCalls: 0,
  });
  return amountsOf(state.budget.budget, posting).reserved;
}

describe('an admission', () => {
  it('never takes spent + reserved of a budget that binds above its limit, raised where a person approved', () => {
    const seen = { admitted: 0, modified: 0, raised: 0, refused: 0 };
    fc.assert(
      fc.property(
        call,
        budgets,
        fc.array(rule, { maxLength: 2 }),
        outer,
        fc.boolean(),
        (of, { all, held }, rules, said, isApproved) => {
          const input = inputOf(of, all, held, { rules, outer: said, isApproved });
          const verdict = evaluate(input);
          if (!isApproved && verdict.effect !== 'require_approval') expect(verdict.missing).toEqual([]);
          if (verdict.effect === 'deny' || verdict.effect === 'require_approval') {
            seen.refused += 1;
            return;
          }
          seen.admitted += 1;
          seen.modified += verdict.effect === 'modify' ? 1 : 0;
          seen.raised += verdict.missing.length > 0 ? 1 : 0;
          for (const state of input.countersOf(verdict.model)) {
            if (!isBinding(state)) continue;
            const missing = verdict.missing.find(({ budget: raised }) => raised === state.budget);
            if (missing !== undefined) expect(state.budget.budget.onExceed).not.toBe('deny');
            const after = state.spent + state.reserved + taken(state, verdict, of);
            expect(after).toBeLessThanOrEqual(state.limit + (missing?.amount ?? 0n));
          }
        },
      ),
      { numRuns: 3_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(20);
  });

  it('asks counters of no model that candidateModels does not name', () => {
    fc.assert(
      fc.property(call, budgets, fc.array(rule, { maxLength: 2 }), outer, (of, { all, held }, rules, said) => {
        const input = inputOf(of, all, held, { rules, outer: said });
        const asked = new Set<string | null>();
        evaluate({
          ...input,
          countersOf: (name) => {
            asked.add(name);
            return input.countersOf(name);
          },
        });
        expect(candidateModels(new Policy(1, all), rules, requestOf(of), said)).toEqual(
          expect.arrayContaining([...asked]),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

/** What a budget takes, from the price list alone; null where it refuses to guess. */
function amountByHand(
  of: Budget,
  { model: name, inputTokens, choices, isInputBounded }: AskedCall,
  output: number,
): bigint | null {
  const tokens = BigInt(inputTokens ?? 0) + BigInt(output) * BigInt(choices);
  if (of.limit.unit === 'calls') return 1n;
  if (of.limit.unit === 'tokens') return isInputBounded || of.unpriced.kind !== 'deny' ? tokens : null;
  const rate = rates[name];
  if (rate !== undefined && isInputBounded)
    return BigInt(inputTokens ?? 0) * rate[0] + (tokens - BigInt(inputTokens ?? 0)) * rate[1];
  if (of.unpriced.kind === 'assume') return of.unpriced.femtoUsd;
  return of.unpriced.kind === 'allow' ? 0n : null;
}

describe('a refusal', () => {
  it('comes only where no output that budgets allow fits all of them, and a limit of the output is the largest that does', () => {
    const seen = { whole: 0, limited: 0, refused: 0 };
    fc.assert(
      fc.property(call, budgets, (of, { all, held }) => {
        const input = inputOf(of, all, held);
        const binding = input.countersOf(of.model).filter(isBinding);
        const doesFit =
          (output: number) =>
          (state: CounterState): boolean => {
            const amount = amountByHand(state.budget.budget, of, output);
            return amount !== null && state.spent + state.reserved + amount <= state.limit;
          };
        const asked = of.maxOutputTokens ?? 0;
        const verdict = evaluate(input);
        const short = binding.filter((state) => !doesFit(asked)(state));
        if (short.length === 0) {
          seen.whole += 1;
          expect(verdict).toMatchObject({ model: of.model, maxOutputTokens: null });
          expect(['allow', 'warn']).toContain(verdict.effect);
          return;
        }
        const least = Math.max(...short.map((state) => state.budget.budget.minOutputTokens));
        const largest = largestBySearch((output) => binding.every(doesFit(output)), asked);
        if (of.canLimitOutput && largest >= least) {
          seen.limited += 1;
          expect(verdict).toMatchObject({ effect: 'modify', model: of.model, maxOutputTokens: largest });
          return;
        }
        seen.refused += 1;
        const says = new Set(short.map((state) => state.budget.budget.onExceed));
        const isUnknown = short.some((state) => amountByHand(state.budget.budget, of, 0) === null);
        if (isUnknown || says.has('deny')) expect(verdict.effect).toBe('deny');
        else if (says.has('require_approval')) expect(verdict.effect).toBe('require_approval');
        else if (verdict.effect !== 'deny') expect(verdict.model).not.toBe(of.model);
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
  });
});

/** The largest output that fits, found by halving; -1 where none does. */
function largestBySearch(doesFit: (output: number) => boolean, asked: number): number {
  let [fitting, failing] = [-1, asked + 1];
  while (failing - fitting > 1) {
    const middle = Math.floor((fitting + failing) / 2);
    if (doesFit(middle)) fitting = middle;
    else failing = middle;
  }
  return fitting;
}

describe('a budget that only warns or shadows', () => {
  it('changes nothing but reasons and the warning', () => {
    fc.assert(
      fc.property(call, budgets, (of, { all, held }) => {
        const soft = all.filter(({ budget: { mode, onExceed } }) => mode === 'shadow' || onExceed === 'warn');
        const verdict = evaluate(inputOf(of, soft, held));
        const without = evaluate(inputOf(of, [], held));
        expect(['allow', 'warn']).toContain(verdict.effect);
        expect({ ...verdict, effect: 'allow', reasons: [] }).toEqual({ ...without, reasons: [] });
      }),
    );
  });
});
