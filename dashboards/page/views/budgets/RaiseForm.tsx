import './form.css';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../client.ts';
import { formatInstant } from '../../format/times.ts';
import { unitOf } from '../../model/budgetWords.ts';
import { fieldFaults } from '../../model/fieldFaults.ts';
import { type End, localInstant, localText, raiseBody, raiseEnds } from '../../model/raiseDraft.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { Budget, Counter } from '../../policyAnswers.ts';
import { useAction } from '../../useAction.ts';
import { budgetPath } from './BudgetRow.tsx';

const controls = ['amount', 'ends_at', 'key', 'reason'];
const unitWords = { usd: 'US dollars', tokens: 'tokens', calls: 'calls' } as const;

interface Props {
  readonly budget: Budget;
  /** The counter to raise alone; without it all of them. */
  readonly counter?: Counter | null;
  readonly onCancel: () => void;
  readonly onDone: () => void;
}

/** More limit, until a time. */
export function RaiseForm({ budget, counter = null, onCancel, onDone }: Props): JSX.Element {
  const unit = unitOf(budget.definition.limit);
  const [ends] = useState(() => raiseEnds(counter ?? budget.state));
  const [amount, setAmount] = useState('');
  const [until, setUntil] = useState(() => localText(ends[0].at));
  const [reason, setReason] = useState('');
  const [key, setKey] = useState<Readonly<Record<string, string>>>(counter?.key ?? {});
  const { isBusy, fault, run } = useAction();
  const faults = fieldFaults(fault?.fields ?? []);
  const raise = (): void =>
    run(async () => {
      const body = raiseBody({ unit, amount, endsAt: localInstant(until) ?? until, reason, key });
      await send('POST', `${budgetPath(budget.name)}/raises`, body);
      onDone();
    });
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        raise();
      }}
    >
      <TextField
        label={`By how many ${unitWords[unit]}`}
        value={amount}
        onInput={setAmount}
        inputMode={unit === 'usd' ? 'decimal' : 'numeric'}
        fault={faults.of('amount', `amount.${unit}`)}
        hint="The limit is higher by this from now on. Raises add up."
      />
      <Until value={until} ends={ends} fault={faults.of('ends_at')} onChange={setUntil} />
      {(counter === null ? keyDimensions(budget) : []).map((dimension) => (
        <TextField
          key={dimension}
          label={`Only for ${dimension.replace(/^tag\./, 'tag ')}`}
          value={key[dimension] ?? ''}
          onInput={(value) => setKey((before) => ({ ...before, [dimension]: value }))}
          fault={faults.of(`key.${dimension}`)}
          hint="Empty: every one"
        />
      ))}
      <TextField
        label="Why"
        value={reason}
        onInput={setReason}
        fault={faults.of('reason')}
        hint="Stands in the audit log with who raised it."
      />
      <ActionFault fault={fault} rest={faults.rest(controls)} />
      <div class="form-end">
        <Button kind="primary" type="submit" disabled={isBusy}>
          Raise it
        </Button>
        <Button kind="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** What a counter of the budget is known by; nothing where there is but one. */
function keyDimensions({ definition: { per, window } }: Budget): readonly string[] {
  return [...new Set([...(window === 'run' || window === 'session' ? [window] : []), ...per])];
}

interface UntilProps {
  readonly value: string;
  readonly ends: readonly End[];
  readonly fault: string | null;
  readonly onChange: (value: string) => void;
}

function Until({ value, ends, fault, onChange }: UntilProps): JSX.Element {
  const instant = localInstant(value);
  return (
    <div class="form-part">
      <TextField
        label="Until"
        type="datetime-local"
        value={value}
        onInput={onChange}
        fault={fault}
        {...(instant === null ? {} : { hint: `${formatInstant(instant)} in your time zone. Then it ends by itself.` })}
      />
      <div class="quick">
        {ends.map(({ at, label }) => (
          <Button key={label} kind="quiet" onClick={() => onChange(localText(at))}>
            {label}
          </Button>
        ))}
      </div>
    </div>
  );
}
