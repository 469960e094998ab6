import type { JSX } from 'preact';
import type { One } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { type ListName, lists, traceOfRun } from '../../model/lists.ts';
import { filterParams } from '../../model/filters.ts';
import { Count } from '../../parts/Count.tsx';
import { Money } from '../../parts/Money.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { Time } from '../../parts/Time.tsx';
import { type PeriodChoice, usePeriod } from '../../period.ts';
import { hrefOf, Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { Sheet, Title } from '../Sheet.tsx';
import { Breakdown } from './Breakdown.tsx';
import { OneCalls } from './OneCalls.tsx';
import { OneRuns } from './OneRuns.tsx';
import { OneSeries } from './OneSeries.tsx';

const MS_PER_SECOND = 1000;

/** `/sessions/ID` and the like: all that one session, user, agent, model or run spent in the period. */
export function OneView({ name, id }: { readonly name: ListName; readonly id: string }): JSX.Element {
  const period = usePeriod();
  const { data, fault, at, isOld, reload } = useAnswer<One>(
    `/api/v1/${name}/${encodeURIComponent(id)}`,
    period.params,
    {
      live: true,
    },
  );
  const isNowhere = (data === null || isOld) && fault?.status === 404;
  return (
    <>
      <div class="sheet-head">
        <Title kind={lists[name].title.replace(/s$/, '')} name={id} />
        {data !== null && !isOld && <OneLead name={name} one={data} period={period} />}
      </div>
      {isNowhere && <NotHere name={name} id={id} period={period} />}
      {fault !== null && !isNowhere && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null && fault === null && <Waiting />}
      {data !== null && !isNowhere && (
        <Sheet isStale={fault !== null || isOld}>
          <OneSheet name={name} one={data} period={period} />
        </Sheet>
      )}
    </>
  );
}

function NotHere({
  name,
  id,
  period,
}: {
  readonly name: ListName;
  readonly id: string;
  readonly period: PeriodChoice;
}): JSX.Element {
  const trace = name === 'runs' ? traceOfRun(id) : null;
  const here = `/${name}/${encodeURIComponent(id)}`;
  return (
    <Empty title={`No charged call of this ${lists[name].one} in ${period.words}`}>
      <p>
        <Link href={hrefOf(here, { period: '90d' })}>Look at the last 90 days</Link>
        {trace !== null && (
          <>
            {' · '}
            <Link href={`/traces/${trace}`}>See the trace of this run</Link>
          </>
        )}
      </p>
    </Empty>
  );
}

interface SheetProps {
  readonly name: ListName;
  readonly one: One;
  readonly period: PeriodChoice;
}

const filterOf = (name: ListName, one: One): Readonly<Record<string, readonly string[]>> =>
  filterParams([{ dimension: lists[name].dimension, value: one.id }]);

function OneLead({ name, one, period }: SheetProps): JSX.Element {
  const trace = name === 'runs' ? traceOfRun(one.id) : null;
  return (
    <>
      <p class="lead">
        <Money usd={one.cost_usd} /> for {one.calls.toLocaleString('en-US')} {one.calls === 1 ? 'call' : 'calls'} in{' '}
        {period.words}.
      </p>
      <p class="meta">
        <span>
          <Count of={one.total_tokens} /> tokens
        </span>
        {name !== 'runs' && (
          <span>
            <Count of={one.run_count} /> {one.run_count === 1 ? 'run' : 'runs'}
          </span>
        )}
        <span>{formatDuration(one.total_duration_seconds * MS_PER_SECOND)} in calls</span>
        <span>
          from <Time iso={one.first_seen} /> to <Time iso={one.last_seen} />
        </span>
        <Link href={hrefOf('/explore', { by: name === 'models' ? 'agent' : 'model', ...filterOf(name, one) })}>
          Explore
        </Link>
        {trace !== null && <Link href={`/traces/${trace}`}>See the trace</Link>}
      </p>
      <WithBelow one={one} />
    </>
  );
}

function OneSheet({ name, one, period }: SheetProps): JSX.Element {
  const filter = filterOf(name, one);
  return (
    <>
      <OneSeries name={name} id={one.id} period={period} />
      <div class="two">
        {name !== 'models' && <Breakdown by="model" groups={one.cost_by_model} filter={filter} />}
        {name !== 'agents' && <Breakdown by="agent" groups={one.cost_by_agent} filter={filter} />}
        {name !== 'runs' && <OneRuns filter={filter} period={period} />}
      </div>
      <OneCalls filter={filter} period={period} />
    </>
  );
}

/** Of an agent that calls others: what these add. */
function WithBelow({ one }: { readonly one: One }): JSX.Element | null {
  const calls = one.with_below_calls ?? null;
  if (calls === null || calls === one.calls) return null;
  return (
    <p class="mut">
      With the agents below it <Money usd={one.with_below_cost_usd ?? null} /> for {calls.toLocaleString('en-US')}{' '}
      calls.
    </p>
  );
}
