import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Call, Page } from '../../answers.ts';
import { FaultNote, Waiting } from '../../parts/State.tsx';
import { Segments } from '../../parts/Segments.tsx';
import { Table } from '../../parts/Table.tsx';
import type { PeriodChoice } from '../../period.ts';
import { hrefOf, Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { callColumns } from '../calls/callColumns.tsx';

const SHOWN = 10;
const orders = [
  { value: '-started_at', label: 'Latest' },
  { value: '-cost_usd', label: 'Dearest' },
  { value: '-duration_ms', label: 'Slowest' },
] as const;

interface Props {
  readonly filter: Readonly<Record<string, readonly string[]>>;
  readonly period: PeriodChoice;
}

export function OneCalls({ filter, period }: Props): JSX.Element {
  const [sort, setSort] = useState<string>('-started_at');
  const { data, fault, at, reload } = useAnswer<Page<Call>>(
    '/api/v1/calls',
    { ...period.params, ...filter, sort, limit: SHOWN },
    { live: true },
  );
  return (
    <section aria-label="Calls">
      <div class="section-head">
        <h2>Calls</h2>
        <Segments label="Order" value={sort} options={orders} onChange={setSort} />
        <div class="section-tools">
          <Link href={hrefOf('/calls', { ...filter, sort })}>All calls</Link>
        </div>
      </div>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null ? (
        fault === null && <Waiting />
      ) : (
        <div class="calls-list">
          <Table
            caption="Calls"
            rows={data.items}
            columns={callColumns({ withCharge: false }).map((column) => ({ ...column, sortable: false }))}
            rowKey={(call) => `${call.trace_id}/${call.span_id}/${call.started_at}`}
          />
        </div>
      )}
    </section>
  );
}
