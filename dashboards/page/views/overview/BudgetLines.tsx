import type { JSX } from 'preact';
import type { Page } from '../../answers.ts';
import type { Budget, Forecast } from '../../policyAnswers.ts';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { Link } from '../../router.ts';
import { type Answer, useAnswer } from '../../useAnswer.ts';
import { BudgetLine, type LineCounter } from './BudgetLine.tsx';

const SHOWN = 4;

/** Those that run out first, then those that used most. */
export function BudgetLines({ forecast }: { readonly forecast: Answer<Forecast> }): JSX.Element {
  const { data, fault, at, reload } = useAnswer<Page<Budget>>('/api/v1/budgets', { limit: 100 }, { live: true });
  const lines = data === null ? [] : linesOf(data.items, forecast.data?.budgets ?? []);
  return (
    <section aria-label="Budgets">
      <div class="section-head">
        <h2>
          Budgets <span class="mut">the mark is an even pace</span>
        </h2>
        <div class="section-tools">
          <Link href="/budgets">All budgets</Link>
        </div>
      </div>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null && fault === null && <Waiting />}
      {data !== null && data.items.length === 0 && (
        <Empty title="No budget yet">
          <p>
            A budget stops the next call before the money is gone: so much a day, a month or a session, for everybody or
            for each user.
          </p>
          <p>
            <Link href="/budgets">Make one</Link>
          </p>
        </Empty>
      )}
      <ul class="budget-lines">
        {lines.slice(0, SHOWN).map((line) => (
          <BudgetLine key={JSON.stringify([line.budget, line.counter?.key])} line={line} />
        ))}
      </ul>
    </section>
  );
}

function linesOf(budgets: readonly Budget[], running: Forecast['budgets']): LineCounter[] {
  const definitionOf = new Map(budgets.map((budget) => [budget.name, budget.definition]));
  const soon = running.flatMap((counter) => {
    const definition = definitionOf.get(counter.budget);
    return definition === undefined ? [] : [{ budget: counter.budget, definition, counter }];
  });
  const named = new Set(soon.map(({ budget }) => budget));
  const others = budgets
    .filter(({ name }) => !named.has(name))
    .toSorted((a, b) => (b.state?.used_share ?? -1) - (a.state?.used_share ?? -1))
    .map(({ name, definition, state }) => ({ budget: name, definition, counter: state }));
  return [...soon, ...others];
}
