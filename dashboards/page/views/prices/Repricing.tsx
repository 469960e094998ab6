import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { send } from '../../client.ts';
import { fieldFaults } from '../../model/fieldFaults.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { Reprice } from '../../policyAnswers.ts';
import { useAction, useAtOnce } from '../../useAction.ts';
import { RepriceTable, RepriceWords } from './RepriceReport.tsx';

interface Props {
  /** A name, or a glob on names. */
  readonly model: string;
  readonly from: string;
  readonly to: string | null;
  /** Without waiting for a click: what it would change. */
  readonly isAskedAtOnce?: boolean;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** Prices stored calls anew: says first what that would change, and changes it when told so. */
export function Repricing({
  model,
  from: fromDate,
  to,
  isAskedAtOnce = false,
  onChanged,
  onClose,
}: Props): JSX.Element {
  const [from, setFrom] = useState(fromDate);
  const [answered, setAnswered] = useState<{ readonly since: string; readonly report: Reprice } | null>(null);
  // What would change since another day is not what would be applied.
  const report = answered?.since === from ? answered.report : null;
  const { isBusy, fault, run } = useAction();
  const faults = fieldFaults(fault?.fields ?? []);
  const reprice = (isDryRun: boolean): void =>
    run(async () => {
      if (isDryRun) setAnswered(null);
      const body = { from: from.trim(), ...(to === null ? {} : { to }), models: [model], dry_run: isDryRun };
      const answer = await send<Reprice>('POST', '/api/v1/reprice', body);
      setAnswered({ since: from, report: answer });
      if (!isDryRun) onChanged();
    });
  // From then on somebody asks.
  useAtOnce(() => {
    if (isAskedAtOnce) reprice(true);
  });
  const isApplied = report?.dry_run === false;
  return (
    <form
      class="form repricing"
      noValidate
      aria-busy={isBusy}
      onSubmit={(event) => {
        event.preventDefault();
        reprice(true);
      }}
    >
      {!isApplied && <Since value={from} fault={faults.of('from')} isBusy={isBusy} onInput={setFrom} />}
      <output>
        {isBusy && (
          <span class="mut">
            {report === null ? 'Pricing the calls, changing nothing…' : 'Pricing the calls anew…'}
          </span>
        )}
        {report !== null && !isBusy && <RepriceWords report={report} />}
      </output>
      {report !== null && report.by_model.length > 0 && <RepriceTable report={report} />}
      <ActionFault fault={fault} rest={faults.rest(['from'])} />
      <div class="form-end">
        {report !== null && !isApplied && report.restated_calls > 0 && (
          <Button kind="primary" disabled={isBusy} onClick={() => reprice(false)}>
            Price these calls anew
          </Button>
        )}
        <Button kind="quiet" onClick={onClose}>
          {isApplied ? 'Done' : isBusy && report !== null ? 'Close: it goes on' : 'Leave them as they are'}
        </Button>
      </div>
    </form>
  );
}

interface SinceProps {
  readonly value: string;
  readonly fault: string | null;
  readonly isBusy: boolean;
  readonly onInput: (value: string) => void;
}

function Since({ value, fault, isBusy, onInput }: SinceProps): JSX.Element {
  return (
    <div class="field-row">
      <TextField label="Calls since" type="date" value={value} onInput={onInput} fault={fault} hint="Midnight UTC" />
      <div class="field-button">
        <Button type="submit" disabled={isBusy}>
          What would change?
        </Button>
      </div>
    </div>
  );
}
