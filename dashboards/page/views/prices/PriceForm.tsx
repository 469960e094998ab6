import '../budgets/form.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Fault, send } from '../../client.ts';
import { fieldFaults } from '../../model/fieldFaults.ts';
import { type PriceDraft, priceBody } from '../../model/priceDraft.ts';
import { pricePath, rateNames } from '../../model/rates.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { PutPrice } from '../../policyAnswers.ts';
import { useAction } from '../../useAction.ts';
import { PriceDates } from './PriceDates.tsx';
import { LongContextFields, RateFields } from './RateFields.tsx';

const controls = ['provider', 'model', 'maps_to', 'long_context', 'effective_from', 'effective_to', ...rateNames];

interface Props {
  readonly initial: PriceDraft;
  /** The model is known already. */
  readonly isNamed: boolean;
  readonly onCancel: () => void;
  readonly onDone: (price: PutPrice) => void;
}

export function PriceForm({ initial, isNamed, onCancel, onDone }: Props): JSX.Element {
  const [draft, setDraft] = useState(initial);
  const { isBusy, fault, run } = useAction();
  const faults = fieldFaults(fault?.fields ?? []);
  const change = (changed: Partial<PriceDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const save = (): void =>
    run(async () => {
      const { provider, model } = namesOf(draft);
      onDone(await send<PutPrice>('PUT', pricePath(provider, model), priceBody(draft)));
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
      {!isNamed && <NameFields {...fields} />}
      <Segments
        label="How it is priced"
        value={draft.kind}
        options={[
          { value: 'rates', label: 'By rates' },
          { value: 'maps_to', label: 'As another model' },
        ]}
        onChange={(kind) => change({ kind: kind === 'maps_to' ? 'maps_to' : 'rates' })}
      />
      {draft.kind === 'maps_to' ? (
        <TextField
          label="Priced as"
          value={draft.mapsTo}
          onInput={(mapsTo) => change({ mapsTo })}
          fault={faults.of('maps_to')}
          placeholder="openai/gpt-4o-mini"
          hint="A model of the same provider, or PROVIDER/MODEL."
        />
      ) : (
        <>
          <RateFields {...fields} />
          <LongContextFields {...fields} />
        </>
      )}
      <PriceDates {...fields} />
      <ActionFault fault={fault} rest={faults.rest(controls)} />
      <div class="form-end">
        <Button kind="primary" type="submit" disabled={isBusy}>
          Set this price
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** A name that is empty is no part of an address. */
function namesOf({ provider, model }: PriceDraft): { readonly provider: string; readonly model: string } {
  if (model.trim() !== '' && provider.trim() !== '') return { provider: provider.trim(), model: model.trim() };
  const field = model.trim() === '' ? 'model' : 'provider';
  const expected = field === 'model' ? 'a model or a glob on models' : 'the name of a provider, or * for any';
  throw new Fault(0, { detail: 'Nothing was changed.', errors: [{ field, found: 'nothing', expected }] });
}

interface Fields {
  readonly draft: PriceDraft;
  readonly faults: ReturnType<typeof fieldFaults>;
  readonly change: (changed: Partial<PriceDraft>) => void;
}

function NameFields({ draft, faults, change }: Fields): JSX.Element {
  return (
    <div class="field-row">
      <TextField
        label="Provider"
        value={draft.provider}
        onInput={(provider) => change({ provider })}
        fault={faults.of('provider')}
        hint="As spans name it; * is any."
      />
      <TextField
        label="Model"
        value={draft.model}
        onInput={(model) => change({ model })}
        fault={faults.of('model')}
        hint="A name, or a glob such as llama-*."
      />
    </div>
  );
}
