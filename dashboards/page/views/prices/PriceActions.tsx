import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../client.ts';
import { repriceFrom } from '../../model/priceDraft.ts';
import { pricePath } from '../../model/rates.ts';
import { Button } from '../../parts/Button.tsx';
import { Confirm } from '../../parts/Confirm.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import type { ExplainedPrice } from '../../policyAnswers.ts';
import { useAction } from '../../useAction.ts';
import { PriceSetting, type Setting } from './PriceSetting.tsx';
import { Repricing } from './Repricing.tsx';

interface Props {
  readonly provider: string;
  readonly model: string;
  readonly explained: ExplainedPrice | null;
  /** By API, under exactly this name. */
  readonly isSet: boolean;
  readonly onChanged: () => void;
  readonly onEnded: () => void;
}

/** Set another price, end what was set, price stored calls anew. */
export function PriceActions({ provider, model, explained, isSet, onChanged, onEnded }: Props): JSX.Element {
  const [setting, setSetting] = useState<Setting | null>(null);
  const [open, setOpen] = useState<'end' | 'reprice' | null>(null);
  const close = (): void => setOpen(null);
  const known = explained?.price ?? null;
  return (
    <>
      <div class="head-tools">
        <Button kind="primary" onClick={() => setSetting({ provider, model, known })}>
          Set a price
        </Button>
        {explained?.suggestions.map((mapsTo) => (
          <Button key={mapsTo} onClick={() => setSetting({ provider, model, known: null, mapsTo })}>
            Price it as {mapsTo}
          </Button>
        ))}
        <Button onClick={() => setOpen('reprice')}>Price stored calls anew</Button>
        {isSet && (
          <Button kind="danger" onClick={() => setOpen('end')}>
            End what was set
          </Button>
        )}
      </div>
      {setting !== null && <PriceSetting setting={setting} onChanged={onChanged} onClose={() => setSetting(null)} />}
      {open === 'reprice' && (
        <Dialog title={`Price stored calls of ${model} anew`} onClose={close}>
          <Repricing
            model={model}
            from={repriceFrom(known?.effective_from ?? null, null)}
            to={null}
            onChanged={onChanged}
            onClose={close}
          />
        </Dialog>
      )}
      {open === 'end' && (
        <Ending
          provider={provider}
          model={model}
          onClose={close}
          onDone={() => {
            close();
            onChanged();
            onEnded();
          }}
        />
      )}
    </>
  );
}

interface EndingProps {
  readonly provider: string;
  readonly model: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

function Ending({ provider, model, onClose, onDone }: EndingProps): JSX.Element {
  const { isBusy, fault, run } = useAction();
  const end = (): void =>
    run(async () => {
      await send('DELETE', pricePath(provider, model));
      onDone();
    });
  return (
    <Confirm
      title="End what was set?"
      action="End it now"
      fault={fault}
      isBusy={isBusy}
      onConfirm={end}
      onClose={onClose}
    >
      From now on calls of <bdi class="strong">{model}</bdi> cost what the next layer says, and what would hold later is
      dropped. Calls that are stored keep their price.
    </Confirm>
  );
}
