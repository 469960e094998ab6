import type { JSX } from 'preact';
import type { Group } from '../../answers.ts';
import { Bar } from '../../chart/Bar.tsx';
import { formatShare } from '../../format/numbers.ts';
import { NONE } from '../../model/filters.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { Table } from '../../parts/Table.tsx';
import { hrefOf, Link } from '../../router.ts';
import { escapeValue } from '../../model/filters.ts';

interface Props {
  readonly by: 'model' | 'agent';
  readonly groups: readonly Group[];
  /** What is being broken down, so that a part leads to its calls. */
  readonly filter: Readonly<Record<string, readonly string[]>>;
}

/** The cost by model or by agent, each part a way to the calls behind it. */
export function Breakdown({ by, groups, filter }: Props): JSX.Element {
  const nameOf = (group: Group): string => String(group[by] ?? NONE);
  return (
    <section aria-label={`By ${by}`}>
      <div class="section-head">
        <h2>By {by}</h2>
      </div>
      <Table
        caption={`Cost by ${by}`}
        rows={groups}
        rowKey={nameOf}
        columns={[
          { id: 'name', head: by === 'model' ? 'Model' : 'Agent', cell: (group) => <Name text={nameOf(group)} /> },
          {
            id: 'share',
            head: 'Share',
            hideOnPhone: true,
            cell: (group) => (group.share === null ? null : <ShareBar share={group.share} />),
          },
          {
            id: 'calls',
            head: 'Calls',
            align: 'end',
            cell: (group) => (
              <Link href={hrefOf('/calls', { ...filter, [by]: escapeValue(nameOf(group)) })}>
                {group.calls.toLocaleString('en-US')}
              </Link>
            ),
          },
          { id: 'cost', head: 'Cost', align: 'end', cell: (group) => <MoneyCell usd={group.cost_usd} /> },
        ]}
      />
    </section>
  );
}

function ShareBar({ share }: { readonly share: number }): JSX.Element {
  return (
    <span class="share">
      <Bar share={share} /> <span class="mut">{formatShare(share)}</span>
    </span>
  );
}
