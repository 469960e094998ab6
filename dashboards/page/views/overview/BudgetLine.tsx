import type { JSX } from 'preact';
import { Gauge } from '../../chart/Gauge.tsx';
import { counterAmounts, counterState, formatAmount, keyWords, paceOf, windowWords } from '../../model/counters.ts';
import { Name } from '../../parts/Name.tsx';
import type { BudgetDefinition, Counter } from '../../policyAnswers.ts';
import { Link } from '../../router.ts';

export interface LineCounter {
  readonly budget: string;
  readonly definition: BudgetDefinition;
  /** Null where there are many, or none yet. */
  readonly counter: Counter | null;
}

/** One counter of a budget: how much of it is used, and whether it will do. */
export function BudgetLine({ line: { budget, definition, counter } }: { readonly line: LineCounter }): JSX.Element {
  return (
    <li>
      <p class="budget-head">
        <Link href={`/budgets/${encodeURIComponent(budget)}`}>
          <Name text={budget} />
        </Link>
        <span class="mut">
          {counter === null ? windowWords(definition) : keyWords(counter) || windowWords(definition)}
        </span>
        {counter !== null && <State counter={counter} definition={definition} />}
      </p>
      {counter === null ? (
        <p class="mut">A counter for each {definition.per.join(' and ') || definition.window}.</p>
      ) : (
        <Amounts counter={counter} definition={definition} />
      )}
    </li>
  );
}

function State({
  counter,
  definition,
}: {
  readonly counter: Counter;
  readonly definition: BudgetDefinition;
}): JSX.Element {
  const { state, words } = counterState(counter, definition, Date.now());
  return (
    <span class={`budget-state ${state}`}>
      {state === 'ok' ? '●' : '▲'} {words}
    </span>
  );
}

function Amounts({
  counter,
  definition,
}: {
  readonly counter: Counter;
  readonly definition: BudgetDefinition;
}): JSX.Element {
  const { unit, spent, reserved, limit } = counterAmounts(counter, definition);
  const { state, words } = counterState(counter, definition, Date.now());
  const share = (amount: string): number => (Number(limit) === 0 ? 1 : Number(amount) / Number(limit));
  return (
    <>
      <Gauge
        spent={share(spent)}
        reserved={share(reserved)}
        pace={paceOf(counter, Date.now())}
        state={state}
        label={`${formatAmount(spent, unit)} spent of ${formatAmount(limit, unit)}: ${words}`}
      />
      <p class="budget-foot">
        <span>
          {formatAmount(spent, unit)} spent
          {Number(reserved) > 0 && ` + ${formatAmount(reserved, unit)} reserved`}
        </span>
        <span class="mut">of {formatAmount(limit, unit)}</span>
      </p>
    </>
  );
}
