import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../client.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { Confirm } from '../../parts/Confirm.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import type { Budget } from '../../policyAnswers.ts';
import { navigate } from '../../router.ts';
import { useAction } from '../../useAction.ts';
import { BudgetForm } from './BudgetForm.tsx';
import { budgetPath } from './BudgetRow.tsx';
import { readBudget } from './readBudget.ts';
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
      // What holds now: somebody else may have changed more of it since it was read.
      const { definition } = (await readBudget(budget.name)) ?? budget;
      await send('PUT', budgetPath(budget.name), { ...definition, mode: isPaused ? 'enforce' : 'shadow' });
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
          <BudgetForm budget={budget} onCancel={close} onDone={done} />
        </Dialog>
      )}
      {open === 'raise' && (
        <Dialog title={`Raise ${budget.name}`} onClose={close}>
          <RaiseForm budget={budget} onCancel={close} onDone={done} />
        </Dialog>
      )}
      {open === 'delete' && <Deletion name={budget.name} onClose={close} onGone={onChanged} />}
    </>
  );
}

interface DeletionProps {
  readonly name: string;
  readonly onClose: () => void;
  /** It is gone, and nobody waited for it. */
  readonly onGone: () => void;
}

function Deletion({ name, onClose, onGone }: DeletionProps): JSX.Element {
  const { isBusy, fault, run, isHere } = useAction();
  const remove = (): void =>
    run(async () => {
      await send('DELETE', budgetPath(name));
      if (isHere()) navigate('/budgets');
      else onGone();
    });
  return (
    <Confirm
      title={`Delete ${name}?`}
      action="Delete this budget"
      fault={fault}
      isBusy={isBusy}
      onConfirm={remove}
      onClose={onClose}
    >
      Its limit no longer holds for the next call, and its raises end with it. Calls and costs stay as they are. To stop
      it for a while, pause it instead.
    </Confirm>
  );
}
