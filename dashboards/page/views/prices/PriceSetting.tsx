import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../client.ts';
import { formatExact } from '../../format/numbers.ts';
import { formatDate } from '../../format/times.ts';
import { priceDraft, repriceFrom } from '../../model/priceDraft.ts';
import { pricePath } from '../../model/rates.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { Dialog } from '../../parts/Dialog.tsx';
import type { ExplainedPrice, PutPrice } from '../../policyAnswers.ts';
import { useAction, useAtOnce } from '../../useAction.ts';
import { PriceForm } from './PriceForm.tsx';
import { Repricing } from './Repricing.tsx';

/** Of which model a price is set, and what is known of it. */
export interface Setting {
  readonly provider: string | null;
  readonly model: string;
  readonly known: ExplainedPrice['price'];
  /** Of the calls that have no price. */
  readonly firstSeen?: string;
  /** Set at once, without a form: the model as which it is priced. */
  readonly mapsTo?: string;
}

interface Props {
  readonly setting: Setting;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** A price is set, then the calls that are stored already may get it: first what that would change, then the change. */
export function PriceSetting({ setting, onChanged, onClose }: Props): JSX.Element {
  const { provider, model, known, firstSeen = null, mapsTo } = setting;
  const [set, setSet] = useState<PutPrice | null>(null);
  const done = (price: PutPrice): void => {
    setSet(price);
    onChanged();
  };
  const title = set === null ? (model === '' ? 'Set a price' : `Set the price of ${model}`) : 'The price is set';
  return (
    <Dialog title={title} onClose={onClose}>
      {set === null && mapsTo === undefined && (
        <PriceForm
          initial={priceDraft(provider, model, known)}
          isNamed={model !== ''}
          onCancel={onClose}
          onDone={done}
        />
      )}
      {set === null && mapsTo !== undefined && (
        <Mapping provider={provider} model={model} mapsTo={mapsTo} onCancel={onClose} onDone={done} />
      )}
      {set !== null && <AfterSetting price={set} firstSeen={firstSeen} onChanged={onChanged} onClose={onClose} />}
    </Dialog>
  );
}

interface MappingProps {
  readonly provider: string | null;
  readonly model: string;
  readonly mapsTo: string;
  readonly onCancel: () => void;
  readonly onDone: (price: PutPrice) => void;
}

/** The one click was made before: this only sends it, and says why if it was not taken. */
function Mapping({ provider, model, mapsTo, onCancel, onDone }: MappingProps): JSX.Element {
  const { isBusy, fault, run } = useAction();
  const set = (): void =>
    run(async () => {
      const body = { maps_to: mapsTo, effective_from: null };
      onDone(await send<PutPrice>('PUT', pricePath(provider, model), body));
    });
  useAtOnce(set);
  return (
    <div class="form">
      <p aria-busy={isBusy}>
        <bdi>{model}</bdi> is priced as <bdi>{mapsTo}</bdi>…
      </p>
      <ActionFault fault={fault} />
      {fault !== null && (
        <div class="form-end">
          <Button onClick={set}>Try again</Button>
          <Button kind="quiet" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      )}
    </div>
  );
}

interface AfterProps {
  readonly price: PutPrice;
  readonly firstSeen: string | null;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

function AfterSetting({ price, firstSeen, onChanged, onClose }: AfterProps): JSX.Element {
  const { affects, model, maps_to: mapsTo } = price;
  const count = affects.calls;
  return (
    <div class="form">
      <p>
        <bdi class="strong">{String(model)}</bdi>{' '}
        {typeof mapsTo === 'string' ? (
          <>
            is priced as <bdi class="strong">{mapsTo}</bdi>
          </>
        ) : (
          'has its rates'
        )}{' '}
        {affects.from === null ? 'whenever a call started' : `from ${formatDate(affects.from, 'UTC')} on`}.
      </p>
      {count === 0 ? (
        <p class="mut">No call that is stored starts in its time.</p>
      ) : (
        <p>
          {count === null ? 'Calls that are stored' : `${formatExact(count)} stored ${count === 1 ? 'call' : 'calls'}`}{' '}
          of this name keep the price they have, or none, until they are priced anew.
        </p>
      )}
      {count === 0 ? (
        <div class="form-end">
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </div>
      ) : (
        <Repricing
          model={String(model)}
          from={repriceFrom(affects.from, firstSeen)}
          to={affects.to}
          isAskedAtOnce={true}
          onChanged={onChanged}
          onClose={onClose}
        />
      )}
    </div>
  );
}
