import type { JSX } from 'preact';
import { budgetSentence, unitOf } from '../../model/budgetWords.ts';
import { keyWords } from '../../model/counterState.ts';
import { Name } from '../../parts/Name.tsx';
import type { Budget, Counter } from '../../policyAnswers.ts';
import type { Page } from '../../answers.ts';
import { Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { CounterGauge } from './CounterGauge.tsx';

export const budgetHref = (name: string): string => `/budgets/${encodeURIComponent(name)}`;
export const budgetPath = (name: string): string => `/api/v1/budgets/${encodeURIComponent(name)}`;

/** A budget of the list: what it says, and how it stands. */
export function BudgetRow({ budget }: { readonly budget: Budget }): JSX.Element {
  const { name, source, definition, state } = budget;
  return (
    <li class="budget-row">
      <div class="budget-says">
        <h2>
          <Link href={budgetHref(name)}>
            <Name text={name} />
          </Link>
          {definition.mode === 'shadow' && <span class="tag">paused</span>}
          {source === 'file' && <span class="tag">of tollgate.yaml</span>}
        </h2>
        <p class="mut wrap">
          <bdi>{budgetSentence(definition)}</bdi>
        </p>
      </div>
      {state === null ? (
        <FullestCounter budget={budget} />
      ) : (
        <CounterGauge counter={state} unit={unitOf(definition.limit)} consequence={definition} name={name} />
      )}
    </li>
  );
}

/** Of a budget with many counters the one that used most; the others are on its own page. */
function FullestCounter({ budget: { name, definition } }: { readonly budget: Budget }): JSX.Element {
  const { data, isLoading } = useAnswer<Page<Counter>>(`${budgetPath(name)}/status`, { limit: 1 }, { live: true });
  const fullest = data?.items[0] ?? null;
  if (fullest === null) {
    return (
      <p class="mut" aria-busy={isLoading}>
        {data === null ? 'Reading the counters…' : 'No call has counted in this window yet.'}
      </p>
    );
  }
  const words = keyWords(fullest.key);
  return (
    <CounterGauge
      counter={fullest}
      unit={unitOf(definition.limit)}
      consequence={definition}
      name={`${name}, ${words}`}
      label={
        <>
          <span class="mut">fullest: </span>
          <Name text={words} />
        </>
      }
    />
  );
}
