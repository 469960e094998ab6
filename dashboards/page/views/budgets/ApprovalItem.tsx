import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../client.ts';
import { approvalStateWords, approvedWords, askedWords } from '../../model/approvalWords.ts';
import { fieldFaults } from '../../model/fieldFaults.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { Message } from '../../parts/Message.tsx';
import { Name } from '../../parts/Name.tsx';
import { TextField } from '../../parts/TextField.tsx';
import { Time } from '../../parts/Time.tsx';
import type { Approval, Decision, Reason } from '../../policyAnswers.ts';
import { Link } from '../../router.ts';
import { useAction } from '../../useAction.ts';
import { budgetHref } from './BudgetRow.tsx';

interface Props {
  readonly approval: Approval;
  readonly isAllowed: boolean;
  readonly onDecided: (words: string) => void;
}

/** Who asks, for what, and why it does not just go on. */
export function ApprovalItem({ approval, isAllowed, onDecided }: Props): JSX.Element {
  const { subject, state } = approval;
  const isWaiting = state === 'waiting';
  return (
    <li class="approval">
      <div class="approval-says">
        <h2 class="wrap">
          <bdi>{askedWords(approval)}</bdi>
        </h2>
        <dl class="inline-facts">
          <Fact label="User" text={subject.user} />
          <Fact label="Session" text={subject.session} />
          <Fact label="Service" text={subject.service} />
          <Fact label="Environment" text={subject.environment} />
          {Object.entries(subject.tags).map(([tag, value]) => (
            <Fact key={tag} label={`Tag ${tag}`} text={value} />
          ))}
        </dl>
        <ul class="reasons">
          {approval.decision.reasons.map((reason) => (
            <ReasonLine key={`${reason.policy} ${reason.message}`} reason={reason} />
          ))}
        </ul>
        <p class="meta">
          <span>
            asked <Time iso={approval.requested_at} relative />
          </span>
          {isWaiting ? (
            <span>
              refused <Time iso={approval.expires_at} relative /> if nobody decides
            </span>
          ) : (
            <span class={`state-words ${state === 'approved' ? 'ok' : 'warn'}`}>{approvalStateWords(approval)}</span>
          )}
          {approval.call?.trace_id != null && (
            <Link href={`/traces/${encodeURIComponent(approval.call.trace_id)}`}>Its trace</Link>
          )}
        </p>
      </div>
      {isWaiting && isAllowed && <Verdict approval={approval} onDecided={onDecided} />}
    </li>
  );
}

function Fact({ label, text }: { readonly label: string; readonly text: string | null }): JSX.Element | null {
  if (text === null) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Name text={text} />
      </dd>
    </div>
  );
}

function ReasonLine({ reason }: { readonly reason: Reason }): JSX.Element {
  return (
    <li>
      <Message text={reason.message} />{' '}
      {reason.kind === 'budget' && <Link href={budgetHref(reason.policy)}>see the budget</Link>}
    </li>
  );
}

interface VerdictProps {
  readonly approval: Approval;
  readonly onDecided: (words: string) => void;
}

function Verdict({ approval, onDecided }: VerdictProps): JSX.Element {
  const [note, setNote] = useState('');
  const { isBusy, fault, run } = useAction();
  const faults = fieldFaults(fault?.fields ?? []);
  const decide = (approve: boolean): void =>
    run(async () => {
      const body = { approve, ...(note.trim() === '' ? {} : { note: note.trim() }) };
      const decision = await send<Decision>('POST', `/api/v1/approvals/${encodeURIComponent(approval.id)}`, body);
      onDecided(approve ? approvedWords(decision) : 'Refused.');
    });
  return (
    <div class="verdict">
      <TextField
        label="Note"
        value={note}
        onInput={setNote}
        fault={faults.of('note')}
        hint="Stands in the audit log. May be empty."
      />
      <div class="form-end">
        <Button kind="primary" disabled={isBusy} onClick={() => decide(true)}>
          Approve
        </Button>
        <Button kind="danger" disabled={isBusy} onClick={() => decide(false)}>
          Refuse
        </Button>
      </div>
      <ActionFault fault={fault} rest={faults.rest(['note'])} />
    </div>
  );
}
