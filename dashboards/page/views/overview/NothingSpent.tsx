import type { JSX } from 'preact';
import type { Call, Costs, Page } from '../../answers.ts';
import { formatInstant, formatRelative, isoDate, nextDay } from '../../format/times.ts';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { hrefOf, Link } from '../../router.ts';
import { type Answer, useAnswer } from '../../useAnswer.ts';
import { FirstRun } from './FirstRun.tsx';

/** Before this nobody called a language model. */
const ALWAYS = '1970-01-01T00:00:00Z';

function useLatest(charge: 'charged' | 'pending'): Answer<Page<Call>> {
  return useAnswer<Page<Call>>('/api/v1/calls', { from: ALWAYS, charge, limit: 1 }, { live: true });
}

/** No call in the period: whether there ever was one, and when. */
export function NothingSpent({ costs }: { readonly costs: Costs }): JSX.Element | null {
  const charged = useLatest('charged');
  const pending = useLatest('pending');
  const fault = charged.fault ?? pending.fault;
  if (fault !== null && charged.data === null) return <FaultNote fault={fault} at={null} onRetry={charged.reload} />;
  if (charged.data === null) return <Waiting />;
  const [last] = charged.data.items;
  if (last === undefined) return <FirstRun isPending={(pending.data?.items.length ?? 0) > 0} />;
  const from = isoDate(new Date(last.started_at));
  const day = { from, to: nextDay(from) };
  return (
    <>
      <h1 tabIndex={-1}>Nothing was spent</h1>
      <Empty title={`No call between ${formatInstant(costs.from)} and ${formatInstant(costs.to)}.`}>
        <p>
          Last call: {formatRelative(last.started_at)}, {formatInstant(last.started_at)}.
        </p>
        <p>
          <Link href={hrefOf('/', day)} class="button primary">
            Show that day
          </Link>
        </p>
      </Empty>
    </>
  );
}
