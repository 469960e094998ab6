import type { JSX } from 'preact';
import type { Page, Row } from '../../answers.ts';
import { oneHref, traceOfRun } from '../../model/lists.ts';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { FaultNote, Waiting } from '../../parts/State.tsx';
import { Table } from '../../parts/Table.tsx';
import { Time } from '../../parts/Time.tsx';
import type { PeriodChoice } from '../../period.ts';
import { hrefOf, Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';

const SHOWN = 8;

interface Props {
  readonly filter: Readonly<Record<string, readonly string[]>>;
  readonly period: PeriodChoice;
}

/** The dearest runs; one that is a trace leads to its waterfall. */
export function OneRuns({ filter, period }: Props): JSX.Element {
  const { data, fault, at, reload } = useAnswer<Page<Row>>('/api/v1/runs', {
    ...period.params,
    ...filter,
    limit: SHOWN,
  });
  return (
    <section aria-label="Dearest runs">
      <div class="section-head">
        <h2>Dearest runs</h2>
        {data?.next_cursor != null && (
          <div class="section-tools">
            <Link href={hrefOf('/runs', filter)}>All runs</Link>
          </div>
        )}
      </div>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null ? (
        fault === null && <Waiting />
      ) : (
        <Table
          caption="Dearest runs"
          rows={data.items}
          rowKey={({ id }) => id}
          columns={[
            { id: 'id', head: 'Run', cell: ({ id }) => <RunLink id={id} /> },
            { id: 'last', head: 'Last call', hideOnPhone: true, cell: (row) => <Time iso={row.last_seen} /> },
            { id: 'calls', head: 'Calls', align: 'end', cell: (row) => row.calls.toLocaleString('en-US') },
            { id: 'cost', head: 'Cost', align: 'end', cell: (row) => <MoneyCell usd={row.cost_usd} /> },
          ]}
        />
      )}
    </section>
  );
}

function RunLink({ id }: { readonly id: string }): JSX.Element {
  const trace = traceOfRun(id);
  return (
    <Link href={trace === null ? oneHref('runs', id) : `/traces/${trace}`}>
      <Name text={id} />
    </Link>
  );
}
