import type { JSX } from 'preact';
import type { FieldFaults } from '../../model/fieldFaults.ts';
import type { PriceDraft } from '../../model/priceDraft.ts';
import { Select } from '../../parts/Select.tsx';
import { TextField } from '../../parts/TextField.tsx';

interface Props {
  readonly draft: PriceDraft;
  readonly faults: FieldFaults;
  readonly change: (changed: Partial<PriceDraft>) => void;
}

const begins = [
  { value: 'now', label: 'now' },
  { value: 'always', label: 'always so far' },
  { value: 'date', label: 'a date' },
] as const;

/** Which calls have it, by their start. */
export function PriceDates({ draft, faults, change }: Props): JSX.Element {
  const fault = faults.of('effective_from');
  return (
    <fieldset>
      <legend>For calls that start</legend>
      <div class="field-row">
        <Select
          label="From"
          value={draft.from}
          options={begins}
          onChange={(value) => change({ from: begins.find((begin) => begin.value === value)?.value ?? 'now' })}
          fault={draft.from === 'date' ? null : fault}
        />
        {draft.from === 'date' && (
          <TextField
            label="Date"
            type="date"
            value={draft.fromDate}
            onInput={(fromDate) => change({ fromDate })}
            fault={fault}
            hint="Midnight UTC"
          />
        )}
        <TextField
          label="Until"
          type="date"
          value={draft.toDate}
          onInput={(toDate) => change({ toDate })}
          fault={faults.of('effective_to')}
          hint="Empty: for good"
        />
      </div>
    </fieldset>
  );
}
