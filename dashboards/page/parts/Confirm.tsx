import type { ComponentChildren, JSX } from 'preact';
import type { Fault } from '../client.ts';
import { ActionFault } from './ActionFault.tsx';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

interface Props {
  readonly title: string;
  /** What the button does, in words. */
  readonly action: string;
  readonly fault: Fault | null;
  readonly isBusy: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** What becomes of what. */
  readonly children: ComponentChildren;
}

/** Asks once more before something ends. */
export function Confirm({ title, action, fault, isBusy, onConfirm, onClose, children }: Props): JSX.Element {
  return (
    <Dialog title={title} onClose={onClose}>
      <div class="form">
        <p>{children}</p>
        <ActionFault fault={fault} />
        <div class="form-end">
          <Button kind="danger" disabled={isBusy} onClick={onConfirm}>
            {action}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
