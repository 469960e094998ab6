import type { JSX } from 'preact';
import type { Page } from '../../answers.ts';
import { Gauge } from '../../chart/Gauge.tsx';
import { formatAmount, keyWords, windowWords } from '../../model/budgetNow.ts';
import { type BudgetRow, urgentBudgets } from '../../model/overview.ts';
import { Name } from '../../parts/Name.tsx';
import { FaultNote } from '../../parts/State.tsx';
import type { Budget, Forecast } from '../../policyAnswers.ts';
import { Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';

const SHOWN = 5;
/** More budgets than this are looked at on their own page. */
const READ_MAX = 200;

export function BudgetsNow({ forecast }: { readonly forecast: Forecast | null }): JSX.Element {
  const { data, fault, at, reload } = useAnswer<Page<Budget>>('/api/v1/budgets', { limit: READ_MAX }, { live: true });
  const rows = data === null || forecast === null ? null : urgentBudgets(data.items, forecast.budgets, Date.now());
  return (
    <section aria-label="Budgets">
      <h2 class="apart">
        Budgets <span class="mut">the line marks an even pace</span>
      </h2>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {rows !== null && rows.length === 0 && <NoCounters hasBudgets={(data?.items.length ?? 0) > 0} />}
      <ul class="budgets-now">
        {rows?.slice(0, SHOWN).map((row) => (
          <Row key={`${row.name} ${keyWords(row.counterKey)}`} {...row} />
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

const marks = { ok: '●', warn: '▲', bad: '■' } as const;

function Row({ name, counterKey, budget, now }: BudgetRow): JSX.Element {
  const counter = keyWords(counterKey);
  const words = [
    ...(counter === '' ? [] : [counter]),
    ...(budget === null ? [] : [windowWords(budget.definition)]),
  ].join(' · ');
  const spent = formatAmount(now.spent, now.unit);
  const reserved = Number(now.reserved) > 0 ? ` + ${formatAmount(now.reserved, now.unit)} reserved` : '';
  const limit = formatAmount(now.limit, now.unit);
  return (
    <li>
      <p class="budget-top">
        <Link href={`/budgets/${encodeURIComponent(name)}`}>
          <Name text={name} />
        </Link>
        <bdi class="mut clip">{words}</bdi>
        <span class={`budget-state ${now.state}`}>
          <span aria-hidden="true">{marks[now.state]}</span> {now.words}
        </span>
      </p>
      <Gauge
        spent={now.spentShare}
        reserved={now.reservedShare}
        pace={now.pace}
        state={now.state}
        label={`${spent} spent${reserved} of ${limit}: ${now.words}`}
      />
      <p class="budget-amounts">
        <span>
          {spent} spent{reserved}
        </span>
        <span class="mut">of {limit}</span>
      </p>
    </li>
  );
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
