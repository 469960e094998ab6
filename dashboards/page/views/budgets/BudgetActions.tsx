import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../client.ts';
import { draftOf } from '../../model/budgetDraft.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import type { Budget } from '../../policyAnswers.ts';
import { navigate } from '../../router.ts';
import { useAction } from '../../useAction.ts';
import { BudgetForm } from './BudgetForm.tsx';
import { budgetPath } from './BudgetRow.tsx';
import { RaiseForm } from './RaiseForm.tsx';

interface Props {
  readonly budget: Budget;
  readonly onChanged: () => void;
}

/** What may be done with a budget; of one of the file only raising it. */
export function BudgetActions({ budget, onChanged }: Props): JSX.Element {
  const [open, setOpen] = useState<'edit' | 'raise' | 'delete' | null>(null);
  const pausing = useAction();
  const isPaused = budget.definition.mode === 'shadow';
  const close = (): void => setOpen(null);
  const done = (): void => {
    close();
    onChanged();
  };
  const pause = (): void =>
    pausing.run(async () => {
      await send('PUT', budgetPath(budget.name), { ...budget.definition, mode: isPaused ? 'enforce' : 'shadow' });
      onChanged();
    });
  return (
    <>
      <div class="head-tools">
        <Button kind="primary" onClick={() => setOpen('raise')}>
          Raise the limit
        </Button>
        {budget.source === 'api' && (
          <>
            <Button onClick={() => setOpen('edit')}>Edit</Button>
            <Button disabled={pausing.isBusy} onClick={pause}>
              {isPaused ? 'Resume' : 'Pause'}
            </Button>
            <Button kind="danger" onClick={() => setOpen('delete')}>
              Delete
            </Button>
          </>
        )}
      </div>
      <ActionFault fault={pausing.fault} />
      {open === 'edit' && (
        <Dialog title={`Edit ${budget.name}`} onClose={close}>
          <BudgetForm name={budget.name} initial={draftOf(budget.definition)} onCancel={close} onDone={done} />
        </Dialog>
      )}
      {open === 'raise' && (
        <Dialog title={`Raise ${budget.name}`} onClose={close}>
          <RaiseForm budget={budget} onCancel={close} onDone={done} />
        </Dialog>
      )}
      {open === 'delete' && <Deletion name={budget.name} onClose={close} />}
    </>
  );
}

function Deletion({ name, onClose }: { readonly name: string; readonly onClose: () => void }): JSX.Element {
  const { isBusy, fault, run } = useAction();
  const remove = (): void =>
    run(async () => {
      await send('DELETE', budgetPath(name));
      navigate('/budgets');
    });
  return (
    <Dialog title={`Delete ${name}?`} onClose={onClose}>
      <div class="form">
        <p>
          Its limit no longer holds for the next call, and its raises end with it. Calls and costs stay as they are. To
          stop it for a while, pause it instead.
        </p>
        <ActionFault fault={fault} />
        <div class="form-end">
          <Button kind="danger" disabled={isBusy} onClick={remove}>
            Delete this budget
          </Button>
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
