import type { JSX } from 'preact';
import type { Row } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { type ListName, lists, oneHref, someNames } from '../../model/lists.ts';
import { Count } from '../../parts/Count.tsx';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import type { Column } from '../../parts/Table.tsx';
import { Time } from '../../parts/Time.tsx';
import { Link } from '../../router.ts';

const NAMES_SHOWN = 2;
const MS_PER_SECOND = 1000;

export function rowColumns(name: ListName): Column<Row>[] {
  const { one } = lists[name];
  return [
    {
      id: 'id',
      head: `${one.charAt(0).toUpperCase()}${one.slice(1)}`,
      sortable: true,
      cell: (row) => <RowName name={name} row={row} />,
    },
    ...(name === 'agents'
      ? []
      : [{ id: 'agents', head: 'Agents', hideOnPhone: true, cell: (row: Row) => <Names names={row.agents} /> }]),
    ...(name === 'models'
      ? []
      : [{ id: 'models', head: 'Models', hideOnPhone: true, cell: (row: Row) => <Names names={row.models} /> }]),
    {
      id: 'calls',
      head: 'Calls',
      align: 'end',
      sortable: true,
      hideOnPhone: true,
      cell: (row) => <Count of={row.calls} />,
    },
    ...(name === 'runs'
      ? []
      : [
          {
            id: 'run_count',
            head: 'Runs',
            align: 'end' as const,
            sortable: true,
            hideOnPhone: true,
            cell: (row: Row) => <Count of={row.run_count} />,
          },
        ]),
    {
      id: 'total_tokens',
      head: 'Tokens',
      align: 'end',
      sortable: true,
      hideOnPhone: true,
      cell: (row) => <Count of={row.total_tokens} />,
    },
    {
      id: 'total_duration_seconds',
      head: 'Took',
      align: 'end',
      sortable: true,
      hideOnPhone: true,
      cell: (row) => <span class="nw">{formatDuration(row.total_duration_seconds * MS_PER_SECOND)}</span>,
    },
    {
      id: 'last_seen',
      head: 'Last call',
      sortable: true,
      hideOnPhone: true,
      cell: (row) => <Time iso={row.last_seen} />,
    },
    { id: 'cost_usd', head: 'Cost', align: 'end', sortable: true, cell: (row) => <MoneyCell usd={row.cost_usd} /> },
  ];
}

/** On a phone the row says below its name what has no column there. */
function RowName({ name, row }: { readonly name: ListName; readonly row: Row }): JSX.Element {
  return (
    <>
      <Link href={oneHref(name, row.id)}>
        <Name text={row.id} />
      </Link>
      <span class="only-phone mut">
        {row.calls.toLocaleString('en-US')} {row.calls === 1 ? 'call' : 'calls'}, <Time iso={row.last_seen} />
      </span>
    </>
  );
}

function Names({ names }: { readonly names: readonly string[] }): JSX.Element {
  const { names: shown, more } = someNames(names, NAMES_SHOWN);
  return (
    <span class="names" title={names.join('\n')}>
      {shown.map((each, at) => (
        <span key={each}>
          {at > 0 && ', '}
          <bdi class="clip">{each}</bdi>
        </span>
      ))}
      {more > 0 && <span class="mut"> and {more} more</span>}
    </span>
  );
}
