import './budgets.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Page } from '../../answers.ts';
import { budgetSentence, unitOf } from '../../model/budgetWords.ts';
import { Empty, FaultNote, Stale, Waiting } from '../../parts/State.tsx';
import type { Budget } from '../../policyAnswers.ts';
import { Link } from '../../router.ts';
import { mayChange, useWho } from '../../session.ts';
import { useAnswer } from '../../useAnswer.ts';
import { BudgetActions } from './BudgetActions.tsx';
import { BudgetAlerts } from './BudgetAlerts.tsx';
import { OnlyWithAdmin } from './BudgetsView.tsx';
import { Counters } from './Counters.tsx';
import { OneCounter } from './OneCounter.tsx';
import { Raises } from './Raises.tsx';

const BUDGETS_READ = 1_000;

/** `/budgets/NAME` */
export function BudgetView({ name }: { readonly name: string }): JSX.Element {
  const { data, fault, at, reload } = useAnswer<Page<Budget>>(
    '/api/v1/budgets',
    { limit: BUDGETS_READ },
    { live: true },
  );
  const budget = data?.items.find((each) => each.name === name) ?? null;
  if (data !== null && budget === null) return <NoBudget name={name} />;
  return (
    <>
      {budget === null && (
        <header class="sheet-head">
          <h1 tabIndex={-1} class="clip">
            {name}
          </h1>
        </header>
      )}
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {budget === null ? (
        fault === null && <Waiting />
      ) : (
        <Stale isStale={fault !== null}>
          <BudgetSheet budget={budget} onChanged={reload} />
        </Stale>
      )}
    </>
  );
}

function NoBudget({ name }: { readonly name: string }): JSX.Element {
  return (
    <>
      <h1 tabIndex={-1} class="clip">
        {name}
      </h1>
      <Empty title="There is no such budget">
        <p>
          It was ended, or never made. <Link href="/budgets">To all budgets</Link>
        </p>
      </Empty>
    </>
  );
}

interface SheetProps {
  readonly budget: Budget;
  readonly onChanged: () => void;
}

function BudgetSheet({ budget, onChanged }: SheetProps): JSX.Element {
  const { name, source, definition, state } = budget;
  const isAllowed = mayChange(useWho());
  const [version, setVersion] = useState(0);
  const changed = (): void => {
    setVersion((before) => before + 1);
    onChanged();
  };
  const beside = { isAllowed, version, onChanged: changed };
  return (
    <div class="sheet">
      <header class="sheet-head">
        <p>
          <Link href="/budgets">Budgets</Link>
        </p>
        <h1 tabIndex={-1} class="clip">
          {name}
          {definition.mode === 'shadow' && <span class="tag">paused</span>}
        </h1>
        <p class="lead wrap">
          <bdi>{budgetSentence(definition)}</bdi>
        </p>
        {source === 'file' && (
          <p class="mut">
            It stands in tollgate.yaml and holds for every tenant: it is changed there. A raise of it here holds for
            this tenant alone.
          </p>
        )}
        {isAllowed ? <BudgetActions budget={budget} onChanged={changed} /> : <OnlyWithAdmin what="It is changed" />}
      </header>
      {state === null ? <Counters budget={budget} {...beside} /> : <OneCounter budget={budget} counter={state} />}
      <Raises name={name} unit={unitOf(definition.limit)} hasManyCounters={state === null} {...beside} />
      <BudgetAlerts name={name} />
    </div>
  );
}
