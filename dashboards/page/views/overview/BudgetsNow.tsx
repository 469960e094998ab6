import type { JSX } from 'preact';
import type { Page } from '../../answers.ts';
import { units, windowWords } from '../../model/budgetWords.ts';
import { keyWords } from '../../model/counterState.ts';
import { type BudgetRow, urgentBudgets } from '../../model/overview.ts';
import { Name } from '../../parts/Name.tsx';
import { FaultNote } from '../../parts/State.tsx';
import type { Budget, Counter, Forecast, Unit } from '../../policyAnswers.ts';
import { Link } from '../../router.ts';
import { type Answer, useAnswer } from '../../useAnswer.ts';
import { CounterGauge } from '../budgets/CounterGauge.tsx';

const SHOWN = 5;
/** More budgets than this are looked at on their own page. */
const READ_MAX = 200;

export function BudgetsNow({ forecast }: { readonly forecast: Answer<Forecast> }): JSX.Element {
  const { data, fault, at, reload } = useAnswer<Page<Budget>>('/api/v1/budgets', { limit: READ_MAX }, { live: true });
  const rows =
    data === null || forecast.data === null || at === null
      ? null
      : urgentBudgets(data.items, forecast.data.budgets, at);
  return (
    <section aria-label="Budgets" aria-busy={rows === null && fault === null && forecast.fault === null}>
      <h2 class="apart">
        Budgets <span class="mut">the line marks an even pace</span>
      </h2>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {rows !== null && rows.length === 0 && <NoCounters hasBudgets={(data?.items.length ?? 0) > 0} />}
      <ul class="budgets-now">
        {rows?.slice(0, SHOWN).map((row) => (
          <Counted key={row.name} {...row} />
        ))}
      </ul>
      {rows !== null && rows.length > SHOWN && (
        <p class="apart-above">
          <Link href="/budgets">All budgets</Link>
        </p>
      )}
    </section>
  );
}

function Counted({ name, counter, consequence, definition, others }: BudgetRow): JSX.Element {
  const words = [
    keyWords(counter.key),
    definition === null ? '' : windowWords(definition),
    others === 0 ? '' : `and ${others} more`,
  ];
  return (
    <li>
      <CounterGauge
        counter={counter}
        unit={unitOf(counter)}
        consequence={consequence}
        name={name}
        label={
          <>
            <Link href={`/budgets/${encodeURIComponent(name)}`}>
              <Name text={name} />
            </Link>{' '}
            <bdi class="mut">{words.filter((word) => word !== '').join(' · ')}</bdi>
          </>
        }
      />
    </li>
  );
}

/** The amounts of a counter end in their unit. */
function unitOf(counter: Counter): Unit {
  return units.find((unit) => counter[`limit_${unit}`] !== undefined) ?? 'usd';
}

function NoCounters({ hasBudgets }: { readonly hasBudgets: boolean }): JSX.Element {
  return (
    <p class="mut">
      {hasBudgets
        ? 'Nothing has been counted against a budget yet. '
        : 'There are none: nothing stops an agent that goes astray. '}
      <Link href="/budgets">{hasBudgets ? 'All budgets' : 'Set a budget'}</Link>
    </p>
  );
}
