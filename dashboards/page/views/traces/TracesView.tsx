import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Page, Row } from '../../answers.ts';
import { isTraceId } from '../../model/callQuestion.ts';
import { traceOfRun } from '../../model/lists.ts';
import { Button } from '../../parts/Button.tsx';
import { Count } from '../../parts/Count.tsx';
import { MoneyCell } from '../../parts/Money.tsx';
import { Name } from '../../parts/Name.tsx';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { Table } from '../../parts/Table.tsx';
import { TextField } from '../../parts/TextField.tsx';
import { Time } from '../../parts/Time.tsx';
import { usePeriod } from '../../period.ts';
import { Link, navigate, withPeriod } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';

const SHOWN = 50;

/** `/traces`: the way to a trace whose id one has, and the latest ones. A run that nobody named is one trace. */
export function TracesView(): JSX.Element {
  const period = usePeriod();
  const { data, fault, at, reload } = useAnswer<Page<Row>>(
    '/api/v1/runs',
    { ...period.params, sort: '-last_seen', limit: SHOWN },
    { live: true },
  );
  const traces = data?.items.filter(({ id }) => traceOfRun(id) !== null) ?? [];
  return (
    <>
      <div class="sheet-head">
        <h1 tabIndex={-1}>Traces</h1>
        <p class="mut">Each span of a request with its cost, and why it is charged or not.</p>
      </div>
      <TraceIdForm />
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null && fault === null && <Waiting />}
      {data !== null && traces.length === 0 && (
        <Empty title={`No trace in ${period.words}`}>
          <p>Choose a longer period above.</p>
        </Empty>
      )}
      {traces.length > 0 && (
        <section aria-label="Latest traces">
          <div class="section-head">
            <h2>Latest</h2>
            <div class="section-tools">
              <Link href="/runs">All runs</Link>
            </div>
          </div>
          <Table
            caption={`Latest traces in ${period.words}`}
            rows={traces}
            rowKey={({ id }) => id}
            columns={[
              { id: 'id', head: 'Trace', cell: (row) => <TraceName row={row} /> },
              {
                id: 'agents',
                head: 'Agents',
                hideOnPhone: true,
                cell: ({ agents }) => <Name text={agents.join(', ')} />,
              },
              {
                id: 'models',
                head: 'Models',
                hideOnPhone: true,
                cell: ({ models }) => <Name text={models.join(', ')} />,
              },
              { id: 'last', head: 'Last call', hideOnPhone: true, cell: (row) => <Time iso={row.last_seen} /> },
              {
                id: 'calls',
                head: 'Calls',
                align: 'end',
                hideOnPhone: true,
                cell: ({ calls }) => <Count of={calls} />,
              },
              { id: 'cost', head: 'Cost', align: 'end', cell: (row) => <MoneyCell usd={row.cost_usd} /> },
            ]}
          />
        </section>
      )}
    </>
  );
}

function TraceName({ row }: { readonly row: Row }): JSX.Element {
  return (
    <>
      <Link href={`/traces/${row.id}`}>
        <Name text={row.id} />
      </Link>
      <span class="only-phone mut">
        <Time iso={row.last_seen} />
      </span>
    </>
  );
}

function TraceIdForm(): JSX.Element {
  const [text, setText] = useState('');
  const [isAsked, setIsAsked] = useState(false);
  const isAmiss = isAsked && !isTraceId(text);
  return (
    <form
      class="id-form"
      onSubmit={(event) => {
        event.preventDefault();
        setIsAsked(true);
        if (isTraceId(text)) navigate(withPeriod(`/traces/${text.trim().toLowerCase()}`));
      }}
    >
      <TextField
        label="Trace id"
        value={text}
        onInput={setText}
        placeholder="32 hexadecimal digits"
        fault={isAmiss ? 'a trace id has 32 hexadecimal digits' : null}
      />
      <Button kind="primary" type="submit">
        Open
      </Button>
    </form>
  );
}
