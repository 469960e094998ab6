import type { JSX } from 'preact';
import type { OneCall } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { Time } from '../../parts/Time.tsx';
import { Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { CallFacts } from './CallFacts.tsx';

/** `/calls/TRACE_ID/SPAN_ID` */
export function CallView({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): JSX.Element {
  const path = `/api/v1/calls/${encodeURIComponent(traceId)}/${encodeURIComponent(spanId)}`;
  const { data, fault, at, reload } = useAnswer<OneCall>(path);
  if (data === null && fault?.status === 404) {
    return (
      <Empty title="There is no such call">
        <p>
          Span <code class="id">{spanId}</code> is no call that is kept here.{' '}
          <Link href={`/traces/${encodeURIComponent(traceId)}`}>Look at its trace</Link>
        </p>
      </Empty>
    );
  }
  return (
    <>
      {fault !== null && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null ? fault === null && <Waiting /> : <CallSheet call={data} />}
    </>
  );
}

function CallSheet({ call }: { readonly call: OneCall }): JSX.Element {
  return (
    <>
      <div class="sheet-head">
        <h1 tabIndex={-1}>
          Call{' '}
          <bdi class="one-name" title={call.model ?? undefined}>
            {call.model ?? 'of a model nobody named'}
          </bdi>
        </h1>
        <p class="lead">
          {call.agent === null ? 'No agent is named' : <MadeBy agent={call.agent} />}; it took{' '}
          {formatDuration(call.duration_ms)}
          {call.status === 'error' && ' and failed'}.
        </p>
        <p class="meta">
          <Time iso={call.started_at} />
          <Link href={`/traces/${call.trace_id}?span=${call.span_id}`}>See it in its trace</Link>
        </p>
      </div>
      <CallFacts call={call} isInTrace={false} />
    </>
  );
}

function MadeBy({ agent }: { readonly agent: string }): JSX.Element {
  return (
    <>
      <bdi class="one-name" title={agent}>
        {agent}
      </bdi>{' '}
      made it
    </>
  );
}
