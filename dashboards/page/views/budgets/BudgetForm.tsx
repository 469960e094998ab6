import './form.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Fault, send } from '../../client.ts';
import { viewerZone } from '../../format/times.ts';
import { type BudgetDraft, definitionOf, draftOf, newDraft, repeatedMatch } from '../../model/budgetDraft.ts';
import { budgetSentence } from '../../model/budgetWords.ts';
import { fieldFaults } from '../../model/fieldFaults.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { Budget } from '../../policyAnswers.ts';
import { useAction } from '../../useAction.ts';
import { budgetPath } from './BudgetRow.tsx';
import { ExceedFields } from './ExceedFields.tsx';
import { LimitFields } from './LimitFields.tsx';
import { MatchFields } from './MatchFields.tsx';
import { OtherFields } from './OtherFields.tsx';
import { readBudget } from './readBudget.ts';

/** Every field that has a control here; what else the API names is told above the buttons. */
const controls = [
  'name',
  'match',
  'per',
  'window',
  'timezone',
  'limit',
  'alert_at',
  'on_exceed',
  'downgrade',
  'unpriced',
  'lost_calls',
  'mode',
  'min_output_tokens',
  'stop_streams',
];

interface Props {
  /** Null: a new one. */
  readonly budget: Budget | null;
  readonly onCancel: () => void;
  /** `isHere`: nobody closed the form while it was sent. */
  readonly onDone: (name: string, isHere: boolean) => void;
}

export function BudgetForm({ budget, onCancel, onDone }: Props): JSX.Element {
  // As it was when the form opened: what comes in meanwhile does not disturb who writes.
  const [opened] = useState(budget);
  const known = opened?.name ?? null;
  const [draft, setDraft] = useState(() => (opened === null ? newDraft(viewerZone) : draftOf(opened.definition)));
  const [named, setName] = useState(known ?? '');
  const { isBusy, fault, run, isHere } = useAction();
  const name = known ?? named.trim();
  const faults = fieldFaults(fault?.fields ?? []);
  const change = (changed: Partial<BudgetDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const save = (): void =>
    run(async () => {
      await checkDraft(draft, name, opened);
      await send('PUT', budgetPath(name), definitionOf(draft));
      onDone(name, isHere());
    });
  const fields = { draft, faults, change };
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {known === null && (
        <TextField
          label="Name"
          value={named}
          onInput={setName}
          fault={faults.of('name')}
          hint="Letters, digits, dots, dashes and underscores. Refusals and alerts name it."
        />
      )}
      <LimitFields {...fields} />
      <MatchFields {...fields} />
      <ExceedFields {...fields} />
      <OtherFields {...fields} />
      <div class="form-foot">
        <p class="preview" aria-live="polite">
          <bdi>{budgetSentence(definitionOf(draft))}</bdi>
        </p>
        <ActionFault fault={fault} rest={faults.rest(controls)} />
        <div class="form-end">
          <Button kind="primary" type="submit" disabled={isBusy}>
            {known === null ? 'Make this budget' : 'Save'}
          </Button>
          <Button kind="quiet" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </div>
    </form>
  );
}

const wrong = (field: string, found: string, expected: string): Fault =>
  new Fault(0, { code: 'bad_parameter', detail: 'Nothing was changed.', errors: [{ field, found, expected }] });

/** What a PUT cannot say: no name, or one that would quietly change another budget, or what somebody else wrote meanwhile. */
async function checkDraft(draft: BudgetDraft, name: string, opened: Budget | null): Promise<void> {
  if (name === '') throw wrong('name', 'nothing', 'a name of 1 to 100 characters');
  const repeated = repeatedMatch(draft);
  if (repeated !== null) throw wrong('match', `${repeated} twice`, 'each dimension once');
  const now = await readBudget(name);
  if (opened === null && now !== null) throw wrong('name', name, 'a name that no budget has yet');
  if (opened !== null && JSON.stringify(now?.definition) !== JSON.stringify(opened.definition)) {
    const detail = 'Nothing was changed: somebody else changed this budget while you wrote. Cancel, and look again.';
    throw new Fault(409, { code: 'changed_meanwhile', detail });
  }
}
