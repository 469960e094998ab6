import type { JSX } from 'preact';
import { Check } from '../../parts/Check.tsx';
import { Select } from '../../parts/Select.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { DraftFields } from './draftFields.ts';

const fieldsHere = ['unpriced', 'lost_calls', 'mode', 'min_output_tokens', 'stop_streams'];

const unpricedRules = [
  { value: 'deny', label: 'Refuse it' },
  { value: 'allow', label: 'Let it pass; it counts as nothing' },
  { value: 'assume', label: 'Count it as' },
];
const lostRules = [
  { value: 'presume', label: 'As spent, for a day at most' },
  { value: 'release', label: 'Give it back when its reservation expires' },
];
const modes = [
  { value: 'enforce', label: 'Enforced' },
  { value: 'shadow', label: 'Paused: only records what it would do' },
];

/** What seldom differs from its default. It opens by itself where something in it is wrong. */
export function OtherFields({ draft, faults, change }: DraftFields): JSX.Element {
  const isWrong = faults.of(...fieldsHere) !== null;
  return (
    <details class="more" open={isWrong}>
      <summary>Unknown prices, lost calls, streams, and whether it is enforced</summary>
      <div class="more-fields">
        <Select
          label="Mode"
          value={draft.mode}
          options={modes}
          onChange={(mode) => change({ mode })}
          fault={faults.of('mode')}
        />
        <div class="field-row">
          <Select
            label="A call without a price"
            value={draft.unpriced}
            options={unpricedRules}
            onChange={(unpriced) => change({ unpriced })}
            fault={draft.unpriced === 'assume' ? null : faults.of('unpriced')}
            hint="What nobody can bound could break the limit."
          />
          {draft.unpriced === 'assume' && (
            <TextField
              label="US dollars a call"
              value={draft.assumeUsd}
              onInput={(assumeUsd) => change({ assumeUsd })}
              inputMode="decimal"
              placeholder="0.10"
              fault={faults.of('unpriced', 'unpriced.assume', 'unpriced.assume.usd')}
            />
          )}
        </div>
        <Select
          label="A call that nobody reported the end of counts"
          value={draft.lostCalls}
          options={lostRules}
          onChange={(lostCalls) => change({ lostCalls })}
          fault={faults.of('lost_calls')}
        />
        <TextField
          label="Shortest answer, in tokens"
          value={draft.minOutputTokens}
          onInput={(minOutputTokens) => change({ minOutputTokens })}
          inputMode="numeric"
          fault={faults.of('min_output_tokens')}
          hint="A call that would fit with a shorter answer gets one, down to this."
        />
        <Check
          label="Cut off streams that pass what they were granted"
          isChecked={draft.stopStreams}
          onChange={(stopStreams) => change({ stopStreams })}
        />
      </div>
    </details>
  );
}
