import type { JSX } from 'preact';
import type { Call, Costs, Page } from '../../answers.ts';
import { formatInstant, formatRelative, isoDate } from '../../format/times.ts';
import { Empty, Waiting } from '../../parts/State.tsx';
import { hrefOf, Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { FirstRun } from './FirstRun.tsx';

/** Before this nobody called a language model. */
const ALWAYS = '1970-01-01T00:00:00Z';
const DAY_MS = 86_400_000;

/** No call in the period: whether there ever was one, and when. */
export function NothingSpent({ costs }: { readonly costs: Costs }): JSX.Element | null {
  const { data } = useAnswer<Page<Call>>('/api/v1/calls', { from: ALWAYS, charge: 'all', limit: 1 }, { live: true });
  if (data === null) return <Waiting />;
  const [last] = data.items;
  if (last === undefined) return <FirstRun isPending={false} />;
  if (last.charge === 'pending') return <FirstRun isPending />;
  const startMs = Date.parse(last.started_at);
  const day = { from: isoDate(new Date(startMs)), to: isoDate(new Date(startMs + DAY_MS)) };
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
