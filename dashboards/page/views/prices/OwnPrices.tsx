import type { JSX } from 'preact';
import type { Fault } from '../../client.ts';
import { formatDate } from '../../format/times.ts';
import { rateOf, sourceWords } from '../../model/rates.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { FaultNote } from '../../parts/State.tsx';
import { type Column, Table } from '../../parts/Table.tsx';
import type { Price } from '../../policyAnswers.ts';

interface Props {
  readonly prices: readonly Price[];
  readonly fault: Fault | null;
  readonly onRetry: () => void;
}

const columns: Column<Price>[] = [
  { id: 'by', head: 'Set', cell: (price) => sourceWords(price) },
  {
    id: 'from',
    head: 'From',
    cell: ({ effective_from: from }) => (from === null ? 'always' : formatDate(from, 'UTC')),
  },
  { id: 'to', head: 'Until', cell: ({ effective_to: to }) => (to === null ? 'for good' : formatDate(to, 'UTC')) },
  { id: 'as', head: 'As', hideOnPhone: true, cell: ({ maps_to: to }) => (to === null ? 'rates' : <Name text={to} />) },
  {
    id: 'input',
    head: 'Input',
    align: 'end',
    cell: (price) => (price.maps_to === null ? <MoneyCell usd={rateOf(price, 'input_usd_per_mtok')} /> : null),
  },
  {
    id: 'output',
    head: 'Output',
    align: 'end',
    cell: (price) => (price.maps_to === null ? <MoneyCell usd={rateOf(price, 'output_usd_per_mtok')} /> : null),
  },
];

/** What was set under exactly this name and holds then. */
export function OwnPrices({ prices, fault, onRetry }: Props): JSX.Element | null {
  if (fault !== null) return <FaultNote fault={fault} at={null} onRetry={onRetry} />;
  if (prices.length === 0) return null;
  return (
    <section>
      <div class="section-head">
        <h2>Set for this name</h2>
      </div>
      <Table
        caption="Prices that were set"
        columns={columns}
        rows={prices}
        rowKey={(price) => `${price.set_by}/${price.effective_from}`}
      />
    </section>
  );
}
