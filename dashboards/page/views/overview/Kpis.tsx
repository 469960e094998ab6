import type { ComponentChildren, JSX } from 'preact';
import type { Measures, Page } from '../../answers.ts';
import { formatUsd } from '../../format/money.ts';
import { formatExact } from '../../format/numbers.ts';
import { formatClock, formatDayWord } from '../../format/times.ts';
import { keyWords } from '../../model/counterState.ts';
import { nextToRunOut } from '../../model/overview.ts';
import { HugeMoney } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import type { PeriodChoice } from '../../period.ts';
import type { Alert, Forecast, UnpricedModel } from '../../policyAnswers.ts';
import { hrefOf, Link } from '../../router.ts';
import { type Answer, useAnswer } from '../../useAnswer.ts';

interface KpiProps {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly isWarning?: boolean;
  readonly children?: ComponentChildren;
}

/** Before its answer is here, or without one. */
function NoAnswer({ label, isLoading }: { readonly label: string; readonly isLoading: boolean }): JSX.Element {
  return (
    <div aria-busy={isLoading}>
      <Kpi label={label} value={isLoading ? '…' : 'unknown'} />
    </div>
  );
}

function Kpi({ label, value, isWarning = false, children }: KpiProps): JSX.Element {
  return (
    <div class={isWarning ? 'kpi warn' : 'kpi'}>
      <h2 class="kpi-label">{label}</h2>
      <p class="kpi-value">{value}</p>
      <p class="sub kpi-sub">{children}</p>
    </div>
  );
}

interface Props {
  readonly period: PeriodChoice;
  readonly totals: Measures;
  readonly forecast: Answer<Forecast>;
}

export function Kpis({ period, totals, forecast }: Props): JSX.Element {
  return (
    <div class="kpis">
      <MonthKpi forecast={forecast} />
      <BudgetKpi forecast={forecast} />
      <UnpricedKpi period={period} totals={totals} />
      <GateKpi period={period} />
    </div>
  );
}

const DAY_MS = 86_400_000;
const label = 'This month, at this pace';

function MonthKpi({ forecast: { data, at, isLoading } }: Pick<Props, 'forecast'>): JSX.Element {
  if (data === null || at === null) return <NoAnswer label={label} isLoading={isLoading} />;
  const { month } = data;
  const days = Math.ceil((Date.parse(month.to) - at) / DAY_MS);
  return (
    <Kpi label={label} value={<HugeMoney usd={month.at_month_end_usd} />}>
      <Link href={hrefOf('/explore', { from: month.from, to: month.to, by: 'model' })}>
        {formatUsd(month.cost_usd)}
      </Link>{' '}
      so far · {days === 1 ? '1 day' : `${days} days`} left
    </Kpi>
  );
}

function BudgetKpi({ forecast: { data, isLoading } }: Pick<Props, 'forecast'>): JSX.Element {
  const title = 'Next budget to run out';
  if (data === null) return <NoAnswer label={title} isLoading={isLoading} />;
  const { next, usedUp } = nextToRunOut(data.budgets);
  const used = usedUp === 0 ? null : <Link href="/budgets">{usedUp === 1 ? '1 is' : `${usedUp} are`} used up</Link>;
  const at = next?.forecast?.exhausted_at ?? null;
  if (next === null || at === null) {
    return (
      <Kpi label={title} value="none" isWarning={usedUp > 0}>
        {used ?? (
          <>
            at this pace all last · <Link href="/budgets">budgets</Link>
          </>
        )}
      </Kpi>
    );
  }
  const day = formatDayWord(at);
  return (
    <Kpi
      label={title}
      isWarning
      value={
        <>
          {formatClock(at)} <span class="ct">{day}</span>
        </>
      }
    >
      <Link href={`/budgets/${encodeURIComponent(next.budget)}`}>
        <Name text={next.budget} />
      </Link>{' '}
      {Object.keys(next.key).length > 0 && <bdi class="name">{keyWords(next.key)}</bdi>}
      {used !== null && <> · {used}</>}
    </Kpi>
  );
}

function UnpricedKpi({ period, totals }: Omit<Props, 'forecast'>): JSX.Element {
  const count = totals.unpriced_calls;
  const answer = useAnswer<Page<UnpricedModel>>(count === 0 ? null : '/api/v1/prices/unpriced', {
    ...period.params,
    limit: 2,
  });
  const [first, second] = answer.data?.items ?? [];
  return (
    <Kpi
      label="Calls without a price"
      isWarning={count > 0}
      value={
        <Link href={hrefOf('/calls', { cost_status: 'unpriced' })} class="figure">
          {formatExact(count)}
        </Link>
      }
    >
      {count === 0 ? (
        'every call has one'
      ) : (
        <>
          {first !== undefined && (
            <>
              <Name text={first.model ?? '(none)'} /> {second === undefined ? '· ' : 'and more · '}
            </>
          )}
          <Link href="/prices">set a price</Link>
        </>
      )}
    </Kpi>
  );
}

const ALERTS_READ_MAX = 1_000;

function GateKpi({ period }: { readonly period: PeriodChoice }): JSX.Element {
  const title = 'Refused at the gate';
  const question = { ...period.params, type: 'call.denied', limit: ALERTS_READ_MAX };
  const { data, isLoading } = useAnswer<Page<Alert>>('/api/v1/alerts', question, { live: true });
  if (data === null) return <NoAnswer label={title} isLoading={isLoading} />;
  const count = data.items.filter((alert) => alert.data['mode'] !== 'shadow').length;
  const times = `${formatExact(count)}${data.next_cursor === null ? '' : '+'}`;
  return (
    <Kpi
      label={title}
      value={
        <Link href={hrefOf('/alerts', { type: 'call.denied' })} class="figure">
          {times} <span class="ct">{count === 1 ? 'time' : 'times'}</span>
        </Link>
      }
    >
      {count === 0 ? 'no call was refused' : 'or more: a storm counts once a minute'}
    </Kpi>
  );
}
