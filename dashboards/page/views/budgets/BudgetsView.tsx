import './budgets.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Page } from '../../answers.ts';
import { formatExact } from '../../format/numbers.ts';
import { whenWords } from '../../model/counterState.ts';
import { viewerZone } from '../../format/times.ts';
import { Button } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import { More } from '../../parts/More.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import type { Approval, Budget, Forecast } from '../../policyAnswers.ts';
import { Link, navigate } from '../../router.ts';
import { mayChange, useWho } from '../../session.ts';
import { useAnswer } from '../../useAnswer.ts';
import { usePages } from '../../usePages.ts';
import { BudgetForm } from './BudgetForm.tsx';
import { budgetHref, BudgetRow } from './BudgetRow.tsx';

/** `/budgets` */
export function BudgetsView(): JSX.Element {
  const [isMaking, setIsMaking] = useState(false);
  const isAllowed = mayChange(useWho());
  const pages = usePages<Budget>('/api/v1/budgets', {}, { live: true });
  const isEmpty = pages.rows.length === 0;
  return (
    <>
      <header class="sheet-head">
        <h1 tabIndex={-1}>Budgets</h1>
        {!isEmpty && <Lead />}
        <div class="head-tools">
          {isAllowed ? (
            <Button kind="primary" onClick={() => setIsMaking(true)}>
              New budget
            </Button>
          ) : (
            <OnlyWithAdmin what="Budgets are made and changed" />
          )}
          <WaitingApprovals />
        </div>
      </header>
      {pages.fault !== null && <FaultNote fault={pages.fault} at={null} onRetry={pages.reload} />}
      {isEmpty && pages.isLoading && <Waiting />}
      {isEmpty && !pages.isLoading && pages.fault === null && (
        <Empty title="There are no budgets">
          <p>
            A budget says how much may be spent, by whom and in which time, and what happens to calls beyond it: each
            user may spend $5 a day; then calls are refused.
          </p>
        </Empty>
      )}
      {!isEmpty && (
        <section aria-label="All budgets">
          <p class="mut">The mark on a bar is where an even pace would be by now.</p>
          <ul class="budget-list">
            {pages.rows.map((budget) => (
              <BudgetRow key={budget.name} budget={budget} />
            ))}
          </ul>
          <More onMore={pages.more} hasMore={pages.hasMore} />
        </section>
      )}
      {isMaking && (
        <Dialog title="New budget" onClose={() => setIsMaking(false)}>
          <BudgetForm
            budget={null}
            onCancel={() => setIsMaking(false)}
            onDone={(name, isHere) => (isHere ? navigate(budgetHref(name)) : pages.reload())}
          />
        </Dialog>
      )}
    </>
  );
}

export function OnlyWithAdmin({ what }: { readonly what: string }): JSX.Element {
  return <p class="mut">{what} with a key that has the scope admin; this one may only look.</p>;
}

const NAMED = 3;
const COUNTERS_READ = 1_000;

/** What runs out next, in a sentence. */
function Lead(): JSX.Element {
  const { data } = useAnswer<Forecast>(
    '/api/v1/forecast',
    { timezone: viewerZone, limit: COUNTERS_READ },
    { live: true },
  );
  // Its line is kept free: what is below must not move when it comes.
  if (data === null) return <p class="lead">&nbsp;</p>;
  const used = data.budgets.filter(({ used_share: share }) => share >= 1);
  const next = data.budgets.find(({ used_share: share, forecast }) => share < 1 && forecast?.exhausted_at);
  const names = [...new Set(used.map(({ budget }) => budget))];
  const at = next?.forecast?.exhausted_at ?? null;
  return (
    <p class="lead">
      {names.length === 0 ? 'None is used up. ' : <UsedUp names={names} counters={used.length} />}
      {next === undefined || at === null ? (
        names.length === 0 && 'All of them last at this pace.'
      ) : (
        <>
          Next to run out: <Link href={budgetHref(next.budget)}>{next.budget}</Link>, {whenWords(at)}.
        </>
      )}
    </p>
  );
}

function UsedUp({ names, counters }: { readonly names: readonly string[]; readonly counters: number }): JSX.Element {
  const more = names.length - NAMED;
  return (
    <>
      Used up{counters > names.length && `, in ${formatExact(counters)} counters`}:{' '}
      {names.slice(0, NAMED).map((name, at) => (
        <>
          {at > 0 && ', '}
          <Link href={budgetHref(name)}>{name}</Link>
        </>
      ))}
      {more > 0 && ` and ${more} more`}.{' '}
    </>
  );
}

const APPROVALS_COUNTED = 100;

function WaitingApprovals(): JSX.Element {
  const { data } = useAnswer<Page<Approval>>('/api/v1/approvals', { limit: APPROVALS_COUNTED }, { live: true });
  const count = data?.items.length ?? 0;
  const words = `${count}${data?.next_cursor == null ? '' : ' or more'} ${count === 1 ? 'call waits' : 'calls wait'} for approval`;
  return (
    <p class={count > 0 ? 'approvals-wait' : 'mut'}>
      {count > 0 && <span aria-hidden="true">▲ </span>}
      <Link href="/approvals">{count === 0 ? 'Approvals' : words}</Link>
    </p>
  );
}
