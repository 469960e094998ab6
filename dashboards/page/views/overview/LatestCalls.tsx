import type { JSX } from 'preact';
import type { Call, Page } from '../../answers.ts';
import { FaultNote } from '../../parts/State.tsx';
import { Table } from '../../parts/Table.tsx';
import type { PeriodChoice } from '../../period.ts';
import { Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { callColumns } from '../calls/callColumns.tsx';

const SHOWN = 6;

export function LatestCalls({ period }: { readonly period: PeriodChoice }): JSX.Element {
  const { data, fault, at, reload } = useAnswer<Page<Call>>(
    '/api/v1/calls',
    { ...period.params, limit: SHOWN },
    { live: true },
  );
  return (
    <section aria-label="Latest calls" aria-busy={data === null && fault === null}>
      <div class="section-head">
        <h2>Latest calls</h2>
        <div class="section-tools">
          <Link href="/calls">All calls</Link>
        </div>
      </div>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      <Table<Call>
        caption="The latest calls"
        rows={data?.items ?? []}
        rowKey={(call) => `${call.trace_id}/${call.span_id}/${call.started_at}`}
        columns={callColumns({ withCharge: false })}
      />
    </section>
  );
}
