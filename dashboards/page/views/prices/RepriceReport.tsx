import type { JSX } from 'preact';
import { formatDelta, formatUsd } from '../../format/money.ts';
import { formatExact } from '../../format/numbers.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { type Column, Table } from '../../parts/Table.tsx';
import type { Reprice } from '../../policyAnswers.ts';

interface Props {
  readonly report: Reprice;
}

/** What a repricing would change, or changed, in a sentence. */
export function RepriceWords({ report }: Props): JSX.Element {
  const { calls, delta_usd: delta, after_usd: after, newly_priced_calls: priced, dry_run: isDryRun } = report;
  if (calls === 0) return <span>{isDryRun ? 'No cost would change.' : 'No cost changed.'}</span>;
  const which = `${formatExact(calls)} ${calls === 1 ? 'call' : 'calls'}`;
  const had = priced === 0 ? '' : `; ${formatExact(priced)} of them had no price before`;
  return (
    <span class="reprice-words">
      {which} {isDryRun ? 'would cost' : calls === 1 ? 'costs' : 'cost'} {formatUsd(after)}
      {isDryRun ? '' : ' now'}, {formatDelta(delta)}
      {had}.
    </span>
  );
}

type ModelChange = Reprice['by_model'][number];

/** Calls that all had no price did not cost 0. */
function beforeOf({ calls, newly_priced_calls: priced, before_usd: before }: ModelChange): string | null {
  return calls > 0 && priced === calls ? null : before;
}

const columns: Column<ModelChange>[] = [
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
  { id: 'before', head: 'Before', align: 'end', hideOnPhone: true, cell: (row) => <MoneyCell usd={beforeOf(row)} /> },
  { id: 'after', head: 'After', align: 'end', cell: (row) => <MoneyCell usd={row.after_usd} /> },
  {
    id: 'delta',
    head: 'Difference',
    align: 'end',
    cell: (row) => <span class={row.delta_usd.startsWith('-') ? 'down' : 'up'}>{formatDelta(row.delta_usd)}</span>,
  },
];

export function RepriceTable({ report }: Props): JSX.Element {
  return (
    <Table
      caption="What changes, by model"
      columns={columns}
      rows={report.by_model}
      rowKey={({ provider, model }) => `${provider}/${model}`}
    />
  );
}
