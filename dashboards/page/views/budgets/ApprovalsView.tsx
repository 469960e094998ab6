import './budgets.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { More } from '../../parts/More.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import type { Approval } from '../../policyAnswers.ts';
import { Link, useQuery } from '../../router.ts';
import { mayChange, useWho } from '../../session.ts';
import { ApprovalItem } from './ApprovalItem.tsx';
import { OnlyWithAdmin } from './BudgetsView.tsx';
import { usePages } from '../../usePages.ts';

const states = ['waiting', 'approved', 'refused', 'expired', 'all'];

const emptyWords: Readonly<Record<string, string>> = {
  waiting: 'Nothing waits for approval',
  approved: 'Nothing was approved yet',
  refused: 'Nothing was refused yet',
  expired: 'Nothing went by without an answer',
  all: 'Nothing ever waited for approval',
};

/** `/approvals`: calls that wait until a person lets them pass. */
export function ApprovalsView(): JSX.Element {
  const [asked, setAsked] = useQuery('state', 'waiting');
  const state = states.includes(asked) ? asked : 'waiting';
  const isAllowed = mayChange(useWho());
  const [said, setSaid] = useState('');
  const pages = usePages<Approval>('/api/v1/approvals', { state }, { live: true });
  const isEmpty = pages.rows.length === 0;
  const onDecided = (words: string): void => {
    setSaid(words);
    pages.reload();
  };
  return (
    <>
      <header class="sheet-head">
        <p>
          <Link href="/budgets">Budgets</Link>
        </p>
        <h1 tabIndex={-1}>Approvals</h1>
        <p class="lead">A call beyond a budget that says so waits here until somebody lets it pass.</p>
        {!isAllowed && <OnlyWithAdmin what="Calls are approved and refused" />}
      </header>
      <div class="list-tools">
        <Segments
          label="State"
          value={state}
          options={states.map((value) => ({ value, label: value }))}
          onChange={setAsked}
        />
        <output class="mut">{said}</output>
      </div>
      {pages.fault !== null && <FaultNote fault={pages.fault} at={null} onRetry={pages.reload} />}
      {isEmpty && pages.isLoading && <Waiting />}
      {isEmpty && !pages.isLoading && pages.fault === null && (
        <Empty title={emptyWords[state] ?? ''}>
          <p>A budget with “let it wait until somebody approves it” beyond its limit sends calls here.</p>
        </Empty>
      )}
      {!isEmpty && (
        <ul class="approval-list">
          {pages.rows.map((approval) => (
            <ApprovalItem key={approval.id} approval={approval} isAllowed={isAllowed} onDecided={onDecided} />
          ))}
        </ul>
      )}
      <More onMore={pages.more} hasMore={pages.hasMore} />
    </>
  );
}
