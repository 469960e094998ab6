import type { JSX } from 'preact';
import { viewerZone } from '../../format/times.ts';
import { windows } from '../../model/budgetDraft.ts';
import { hasZone, units } from '../../model/budgetWords.ts';
import { Select } from '../../parts/Select.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { DraftFields } from './draftFields.ts';

const windowLabels: Readonly<Record<(typeof windows)[number], string>> = {
  day: 'a day',
  week: 'a week, from Monday',
  month: 'a month',
  hour: 'an hour',
  rolling: 'any stretch of time',
  run: 'a run',
  session: 'a session',
};
const unitLabels = { usd: 'US dollars', tokens: 'tokens', calls: 'calls' } as const;

const zones = [...new Set([viewerZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])];

/** How much, and in which time. */
export function LimitFields({ draft, faults, change }: DraftFields): JSX.Element {
  return (
    <fieldset>
      <legend>How much</legend>
      <div class="field-row">
        <TextField
          label="Limit"
          value={draft.amount}
          onInput={(amount) => change({ amount })}
          inputMode={draft.unit === 'usd' ? 'decimal' : 'numeric'}
          placeholder={draft.unit === 'usd' ? '50' : '1000000'}
          fault={faults.of('limit', 'limit.usd', 'limit.tokens', 'limit.calls')}
        />
        <Select
          label="of"
          value={draft.unit}
          options={units.map((unit) => ({ value: unit, label: unitLabels[unit] }))}
          onChange={(value) => change({ unit: units.find((unit) => unit === value) ?? 'usd' })}
        />
        <Select
          label="in"
          value={draft.window}
          options={windows.map((value) => ({ value, label: windowLabels[value] }))}
          onChange={(window) => change({ window })}
          fault={draft.window === 'rolling' ? null : faults.of('window')}
        />
        {draft.window === 'rolling' && (
          <TextField
            label="Length"
            value={draft.length}
            onInput={(length) => change({ length })}
            fault={faults.of('window')}
            hint="1m to 90d: 90m, 24h, 7d"
          />
        )}
        {hasZone(draft.window) && (
          <TextField
            label="Days begin in"
            value={draft.timezone}
            onInput={(timezone) => change({ timezone })}
            suggestions={zones}
            fault={faults.of('timezone')}
          />
        )}
      </div>
    </fieldset>
  );
}
