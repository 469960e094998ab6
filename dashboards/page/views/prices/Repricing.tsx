import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { send } from '../../client.ts';
import { formatDelta, formatUsd } from '../../format/money.ts';
import { formatExact } from '../../format/numbers.ts';
import { fieldFaults } from '../../model/fieldFaults.ts';
import { ActionFault } from '../../parts/ActionFault.tsx';
import { Button } from '../../parts/Button.tsx';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { type Column, Table } from '../../parts/Table.tsx';
import { TextField } from '../../parts/TextField.tsx';
import type { Reprice } from '../../policyAnswers.ts';
import { useAction } from '../../useAction.ts';

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
export function Repricing({ model, from: fromDate, to, isAskedAtOnce = false, onChanged, onClose }: Props): JSX.Element {
  const [from, setFrom] = useState(fromDate);
  const [report, setReport] = useState<Reprice | null>(null);
  const { isBusy, fault, run } = useAction();
  const faults = fieldFaults(fault?.fields ?? []);
  const reprice = (isDryRun: boolean): void =>
    run(async () => {
      if (isDryRun) setReport(null);
      const body = { from: from.trim(), ...(to === null ? {} : { to }), models: [model], dry_run: isDryRun };
      setReport(await send<Reprice>('POST', '/api/v1/reprice', body));
      if (!isDryRun) onChanged();
    });
  useEffect(() => {
    if (isAskedAtOnce) reprice(true);
  }, []);
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
      {!isApplied && (
        <div class="field-row">
          <TextField
            label="Calls since"
            type="date"
            value={from}
            onInput={(text) => {
              setFrom(text);
              setReport(null);
            }}
            fault={faults.of('from')}
            hint="Midnight UTC"
          />
          <div class="field-button">
            <Button type="submit" disabled={isBusy}>
              What would change?
            </Button>
          </div>
        </div>
      )}
      <div role="status">
        {isBusy && <p class="mut">{report === null ? 'Pricing the calls, changing nothing…' : 'Pricing the calls anew…'}</p>}
        {report !== null && <RepriceWords report={report} />}
      </div>
      {report !== null && report.by_model.length > 0 && <RepriceTable report={report} />}
      <ActionFault fault={fault} rest={faults.rest(['from'])} />
      <div class="form-end">
        {report !== null && !isApplied && report.restated_calls > 0 && (
          <Button kind="primary" disabled={isBusy} onClick={() => reprice(false)}>
            Price these calls anew
          </Button>
        )}
        <Button kind="quiet" onClick={onClose}>
          {isApplied ? 'Done' : 'Leave them as they are'}
        </Button>
      </div>
    </form>
  );
}

function RepriceWords({ report }: { readonly report: Reprice }): JSX.Element {
  const { calls, delta_usd: delta, after_usd: after, newly_priced_calls: priced, dry_run: isDryRun } = report;
  if (calls === 0) return <p>{isDryRun ? 'No cost would change.' : 'No cost changed.'}</p>;
  const which = `${formatExact(calls)} ${calls === 1 ? 'call' : 'calls'}`;
  return (
    <p class="reprice-words">
      {which} {isDryRun ? 'would cost' : 'cost'} {formatUsd(after)} now: {formatDelta(delta)}
      {priced > 0 && `, ${formatExact(priced)} of them had no price before`}.
    </p>
  );
}

const columns: Column<Reprice['by_model'][number]>[] = [
  {
    id: 'model',
    head: 'Model',
    cell: ({ model, provider }) => (
      <>
        <Name text={model ?? '(none)'} /> <span class="mut hide-phone">{provider}</span>
      </>
    ),
  },
  { id: 'calls', head: 'Calls', align: 'end', cell: ({ calls }) => formatExact(calls) },
  { id: 'before', head: 'Before', align: 'end', hideOnPhone: true, cell: (row) => <MoneyCell usd={row.before_usd} /> },
  { id: 'after', head: 'After', align: 'end', cell: (row) => <MoneyCell usd={row.after_usd} /> },
  {
    id: 'delta',
    head: 'Difference',
    align: 'end',
    cell: (row) => <span class={row.delta_usd.startsWith('-') ? 'down' : 'up'}>{formatDelta(row.delta_usd)}</span>,
  },
];

function RepriceTable({ report }: { readonly report: Reprice }): JSX.Element {
  return (
    <Table
      caption="What changes, by model"
      columns={columns}
      rows={report.by_model}
      rowKey={({ provider, model }) => `${provider}/${model}`}
    />
  );
}
