import type { Budget } from '../../../../src/policy/budget.ts';
import type { AskedCall, Effect } from '../../../../src/policy/decision.ts';
import { isMatched, keyOf, type Facts } from './budgets.ts';

/** Femto-USD a token. 2.50 USD a million tokens are 2.5e9 femto-USD a token. */
const RATES: Readonly<Record<string, { readonly input: bigint; readonly output: bigint }>> = {
  'gpt-4o': { input: 2_500_000_000n, output: 10_000_000_000n },
  'gpt-4o-mini': { input: 150_000_000n, output: 600_000_000n },
};
const OUTPUT_MAXIMUM: Readonly<Record<string, number>> = { 'gpt-4o': 16_384, 'gpt-4o-mini': 16_384 };
const OUTPUT_MAXIMUM_UNKNOWN = 128_000;

export function costOf(model: string, input: number, output: number): bigint | null {
  const rate = RATES[model];
  return rate === undefined ? null : BigInt(input) * rate.input + BigInt(output) * rate.output;
}

export interface Granted {
  readonly effect: Effect;
  readonly model: string;
  readonly modifiedModel: string | null;
  readonly modifiedOutput: number | null;
  readonly boundFemtoUsd: bigint | null;
  readonly boundTokens: number;
}

/** What is left in the counter of a budget. */
export type Room = (budget: Budget, key: string) => bigint;

function inputOf({ inputTokens, inputBytes, messages, tools }: AskedCall): number {
  return inputTokens ?? (inputBytes ?? 0) + 16 * messages + 64 * tools + 512;
}

interface Attempt {
  readonly boundFemtoUsd: bigint | null;
  readonly boundTokens: number;
  readonly notFitting: readonly Budget[];
}

const isBinding = ({ mode, onExceed }: Budget): boolean => mode === 'enforce' && onExceed !== 'warn';

/** Steps 3 and 4 of "The decision", without rules and callback. */
export function decide(
  call: AskedCall,
  factsOf: (model: string) => Facts,
  budgets: readonly Budget[],
  room: Room,
): Granted {
  const attempt = (model: string, output: number): Attempt => {
    const boundFemtoUsd = costOf(model, inputOf(call), output * call.choices);
    const boundTokens = inputOf(call) + output * call.choices;
    const facts = factsOf(model);
    const notFitting = budgets
      .filter((budget) => isMatched(budget, facts))
      .filter((budget) => {
        const amount = amountOf(budget, boundFemtoUsd, boundTokens);
        return amount === null || amount > room(budget, keyOf(budget, facts));
      });
    return { boundFemtoUsd, boundTokens, notFitting };
  };
  const maximum = (model: string): number => call.maxOutputTokens ?? OUTPUT_MAXIMUM[model] ?? OUTPUT_MAXIMUM_UNKNOWN;

  /** With a smaller output where that is what it takes; null where nothing fits. */
  const offer = (model: string): { readonly output: number; readonly attempt: Attempt } | null => {
    const fits = (output: number): boolean => !attempt(model, output).notFitting.some(isBinding);
    const asked = maximum(model);
    if (fits(asked)) return { output: asked, attempt: attempt(model, asked) };
    if (!call.canLimitOutput) return null;
    const least = Math.max(
      1,
      ...attempt(model, asked)
        .notFitting.filter(isBinding)
        .map((each) => each.minOutputTokens),
    );
    if (least > asked || !fits(least)) return null;
    let [low, high] = [least, asked];
    while (low + 1 < high) {
      const middle = Math.floor((low + high) / 2);
      if (fits(middle)) low = middle;
      else high = middle;
    }
    return { output: low, attempt: attempt(model, low) };
  };

  const grant = (model: string): Granted | null => {
    const offered = offer(model);
    if (offered === null) return null;
    const modifiedModel = model === call.model ? null : model;
    const modifiedOutput = offered.output === maximum(model) ? null : offered.output;
    const { notFitting, boundFemtoUsd, boundTokens } = offered.attempt;
    const warns = notFitting.some(({ mode, onExceed }) => mode === 'enforce' && onExceed === 'warn');
    const effect = modifiedModel !== null || modifiedOutput !== null ? 'modify' : warns ? 'warn' : 'allow';
    return { effect, model, modifiedModel, modifiedOutput, boundFemtoUsd, boundTokens };
  };

  const granted = grant(call.model);
  if (granted !== null) return granted;
  const refusing = attempt(call.model, maximum(call.model)).notFitting.filter(isBinding);
  const says = (what: Budget['onExceed']): boolean => refusing.some(({ onExceed }) => onExceed === what);
  const nothing = {
    model: call.model,
    modifiedModel: null,
    modifiedOutput: null,
    boundFemtoUsd: null,
    boundTokens: 0,
  };
  // "Models without a price are decided by `unpriced`."
  const isUnpriced = costOf(call.model, 0, 0) === null;
  const isDenied = refusing.some(
    ({ limit, unpriced }) => isUnpriced && limit.unit === 'usd' && unpriced.kind === 'deny',
  );
  if (isDenied || says('deny')) return { ...nothing, effect: 'deny' as const };
  if (says('require_approval')) return { ...nothing, effect: 'require_approval' as const };
  const [cheaper] = refusing.flatMap(({ downgrade }) => downgrade[call.model] ?? []);
  const downgraded = cheaper === undefined || cheaper === call.model ? null : grant(cheaper);
  return downgraded ?? { ...nothing, effect: 'deny' as const };
}

/** What a budget makes of a bound; null where it refuses what nobody can bound. */
function amountOf({ limit, unpriced }: Budget, femtoUsd: bigint | null, tokens: number): bigint | null {
  if (limit.unit === 'tokens') return BigInt(tokens);
  if (limit.unit === 'calls') return 1n;
  if (femtoUsd !== null) return femtoUsd;
  if (unpriced.kind === 'deny') return null;
  return unpriced.kind === 'assume' ? unpriced.femtoUsd : 0n;
}
