import './overview.css';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Changes, Costs } from '../../answers.ts';
import { formatExact } from '../../format/numbers.ts';
import { FaultNote, Stale, Waiting } from '../../parts/State.tsx';
import { type PeriodChoice, usePeriod } from '../../period.ts';
import type { Forecast } from '../../policyAnswers.ts';
import { hrefOf, Link, useQuery } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { BudgetsNow } from './BudgetsNow.tsx';
import { Hero } from './Hero.tsx';
import { Kpis } from './Kpis.tsx';
import { LatestCalls } from './LatestCalls.tsx';
import { NothingSpent } from './NothingSpent.tsx';
import { SpendChart, splits } from './SpendChart.tsx';
import { Tops } from './Tops.tsx';
import { type Spend, type SplitName, useSpend } from './useSpend.ts';
import { WhatChanged } from './WhatChanged.tsx';

/** `/`: what was spent, against the period before, and why; then who and what it was. */
export function OverviewView(): JSX.Element {
  const period = usePeriod();
  const [asked, setBy] = useQuery('by', 'model');
  const by = splits.find(({ value }) => value === asked)?.value ?? 'model';
  const spend = useSpend(by, period);
  const { data, fault, at, isOld, reload } = spend.answer;
  const shown = useShown(period, data === null || isOld);
  return (
    <>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null ? (
        <Opening period={period} isWaiting={fault === null} />
      ) : (
        <Sheet {...{ data, spend, by, setBy }} period={shown} />
      )}
    </>
  );
}

/** Before the first figures the view has its heading already, for who is led to it. */
function Opening({ period, isWaiting }: { readonly period: PeriodChoice; readonly isWaiting: boolean }): JSX.Element {
  return (
    <div>
      <h1 tabIndex={-1} class="hero-words">
        Spent in {period.words}
      </h1>
      {isWaiting && <Waiting />}
    </div>
  );
}

/** The period whose figures are on the sheet: that of the address once it was answered, and until then the one before. */
function useShown(period: PeriodChoice, isWaiting: boolean): PeriodChoice {
  const [shown, setShown] = useState(period);
  const text = JSON.stringify(period);
  useEffect(() => {
    if (!isWaiting) setShown(JSON.parse(text) as PeriodChoice);
  }, [text, isWaiting]);
  return shown;
}

const CHANGES_SHOWN = 6;
/** As many counters as the API tells at once: how many are used up is said in full. */
const COUNTERS_READ = 1_000;

interface SheetProps {
  readonly data: Costs;
  readonly period: PeriodChoice;
  readonly spend: Spend;
  readonly by: SplitName;
  readonly setBy: (by: string) => void;
}

/** What asks for more mounts when the first figures are here: none of them waits for the slowest. */
function Sheet({ data, period, spend, by, setBy }: SheetProps): JSX.Element {
  if (data.totals.calls === 0) return <NothingSpent costs={data} />;
  return <Spent {...{ data, period, spend, by, setBy }} />;
}

function Spent({ data, period, spend, by, setBy }: SheetProps): JSX.Element {
  const changes = useAnswer<Changes>(
    '/api/v1/changes',
    // The very time of the sum, not "until now" once more: figures that stand side by side agree to the digit.
    {
      from: data.from,
      to: data.to,
      timezone: period.params['timezone'],
      group_by: 'agent,model',
      limit: CHANGES_SHOWN,
    },
  );
  const forecast = useAnswer<Forecast>(
    '/api/v1/forecast',
    { timezone: period.params['timezone'], limit: COUNTERS_READ },
    { live: true },
  );
  const isStale = spend.answer.fault !== null || spend.answer.isOld;
  // A browser asks six questions at a time: those of the first screen go first.
  const isWhyKnown = changes.data !== null || changes.fault !== null;
  return (
    <>
      <Stale isStale={isStale}>
        <section class="hero" aria-label="Spend">
          <Hero period={period} totals={data.totals} changes={changes.data} />
          <Kpis period={period} totals={data.totals} forecast={forecast} />
        </section>
      </Stale>
      {changes.fault !== null && <FaultNote fault={changes.fault} at={changes.at} onRetry={changes.reload} />}
      {forecast.fault !== null && <FaultNote fault={forecast.fault} at={forecast.at} onRetry={forecast.reload} />}
      <Stale isStale={isStale}>
        <SpendChart spend={spend} by={by} onBy={setBy} period={period} />
      </Stale>
      <div class="two">
        {changes.data === null ? (
          changes.fault === null && <Waiting />
        ) : (
          <WhatChanged changes={changes.data} period={period} />
        )}
        <BudgetsNow forecast={forecast} />
      </div>
      {isWhyKnown && <Tops period={period} sum={data.totals.cost_usd} />}
      {isWhyKnown && <LatestCalls period={period} />}
      <CallsLine data={data} />
    </>
  );
}

function CallsLine({ data: { totals } }: Pick<SheetProps, 'data'>): JSX.Element {
  return (
    <p class="mut">
      <Link href="/calls">{totals.calls === 1 ? '1 call' : `${formatExact(totals.calls)} calls`}</Link>
      {totals.error_calls > 0 && <>, {formatExact(totals.error_calls)} of them failed</>} ·{' '}
      <Link href={hrefOf('/explore', { by: 'model', measure: 'tokens' })}>
        {formatExact(totals.total_tokens)} tokens
      </Link>
      {totals.unpriced_calls > 0 && (
        <>
          {' '}
          · {totals.unpriced_calls === 1 ? '1 call has' : `${formatExact(totals.unpriced_calls)} calls have`} no price
          and {totals.unpriced_calls === 1 ? 'is' : 'are'} in none of these sums
        </>
      )}
    </p>
  );
}
