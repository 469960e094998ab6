import type { JSX } from 'preact';
import type { Changes } from '../../answers.ts';
import { Diverging } from '../../chart/Diverging.tsx';
import { formatDelta, toGeometry } from '../../format/money.ts';
import { escapeValue, NONE } from '../../model/filters.ts';
import { beforeWords } from '../../model/periodChoice.ts';
import { Money } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { Table } from '../../parts/Table.tsx';
import type { PeriodChoice } from '../../period.ts';
import { hrefOf, Link } from '../../router.ts';

type ChangeRow = Changes['groups'][number];

const nameOf = (row: ChangeRow, dimension: string): string => String(row[dimension] ?? NONE);
const isOf = (row: ChangeRow): string => `${nameOf(row, 'agent')}\n${nameOf(row, 'model')}`;

export function WhatChanged({
  changes,
  period,
}: {
  readonly changes: Changes;
  readonly period: PeriodChoice;
}): JSX.Element {
  const largest = Math.max(...changes.groups.map(({ delta_usd: delta }) => Math.abs(toGeometry(delta)))) || 1;
  return (
    <section aria-label="What changed">
      <h2 class="apart">
        What changed <span class="mut">against {beforeWords(period)}</span>
      </h2>
      <Table<ChangeRow>
        caption="Agents and models whose cost changed most"
        rows={changes.groups}
        rowKey={isOf}
        columns={[
          { id: 'agent', head: 'Agent and model', cell: AgentAndModel },
          { id: 'before', head: 'Before', align: 'end', hideOnPhone: true, cell: (row) => <Before row={row} /> },
          { id: 'now', head: 'Now', align: 'end', cell: (row) => <Money usd={row.now_usd} /> },
          {
            id: 'delta',
            head: 'Difference',
            align: 'end',
            cell: (row) => <Delta usd={row.delta_usd} largest={largest} />,
          },
        ]}
      />
    </section>
  );
}

function AgentAndModel(row: ChangeRow): JSX.Element {
  const [agent, model] = [nameOf(row, 'agent'), nameOf(row, 'model')];
  const href = hrefOf('/explore', { by: 'agent,model', agent: escapeValue(agent), model: escapeValue(model) });
  return (
    <span class="agent-model">
      <Link href={href}>
        <Name text={agent} />
      </Link>
      <span class="mut">
        <Name text={model} />
      </span>
    </span>
  );
}

function Before({ row }: { readonly row: ChangeRow }): JSX.Element {
  return row.before_calls === 0 ? <span class="mut">new</span> : <Money usd={row.before_usd} />;
}

function Delta({ usd, largest }: { readonly usd: string; readonly largest: number }): JSX.Element {
  return (
    <span class="change">
      <Diverging share={toGeometry(usd) / largest} />
      <span class={usd.startsWith('-') ? 'nw down' : 'nw up'} title={usd}>
        {formatDelta(usd)}
      </span>
    </span>
  );
}
