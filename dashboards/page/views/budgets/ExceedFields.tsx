import type { JSX } from 'preact';
import { Button } from '../../parts/Button.tsx';
import { Select } from '../../parts/Select.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { DraftFields } from './draftFields.ts';

const effects = [
  { value: 'deny', label: 'Refuse it' },
  { value: 'require_approval', label: 'Let it wait until somebody approves it' },
  { value: 'downgrade', label: 'Use a cheaper model' },
  { value: 'warn', label: 'Let it pass, and alert' },
];

/** What a call beyond the limit gets. */
export function ExceedFields(fields: DraftFields): JSX.Element {
  const { draft, faults, change } = fields;
  return (
    <fieldset>
      <legend>Beyond the limit</legend>
      <Select
        label="A call that does not fit"
        value={draft.onExceed}
        options={effects}
        onChange={(onExceed) => change({ onExceed })}
        fault={faults.of('on_exceed')}
      />
      {draft.onExceed === 'downgrade' && <DowngradeFields {...fields} />}
      <TextField
        label="Alert at, in per cent of the limit"
        value={draft.alertAt}
        onInput={(alertAt) => change({ alertAt })}
        fault={faults.of('alert_at')}
        hint="Rising; each fires once a window. Empty: none."
      />
    </fieldset>
  );
}

function DowngradeFields({ draft, faults, change }: DraftFields): JSX.Element {
  const fault = faults.of('downgrade');
  const setLine = (at: number, changed: { readonly from?: string; readonly to?: string }): void =>
    change({ downgrade: draft.downgrade.map((line, index) => (index === at ? { ...line, ...changed } : line)) });
  return (
    <>
      {draft.downgrade.map((line, at) => (
        <div key={at} class="field-row with-remove">
          <TextField
            label="Instead of"
            value={line.from}
            onInput={(from) => setLine(at, { from })}
            placeholder="gpt-4o*"
          />
          <TextField label="use" value={line.to} onInput={(to) => setLine(at, { to })} placeholder="gpt-4o-mini" />
          <Button
            kind="quiet"
            label={`Remove the step down from ${line.from}`}
            onClick={() => change({ downgrade: draft.downgrade.filter((_, index) => index !== at) })}
          >
            ×
          </Button>
        </div>
      ))}
      {fault !== null && <p class="field-fault">▲ {fault}</p>}
      <Button kind="quiet" onClick={() => change({ downgrade: [...draft.downgrade, { from: '', to: '' }] })}>
        Add a model
      </Button>
    </>
  );
}
