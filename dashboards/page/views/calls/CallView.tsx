import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { OneCall } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { Time } from '../../parts/Time.tsx';
import { Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { Sheet, Title } from '../Sheet.tsx';
import { CallFacts } from './CallFacts.tsx';

/** `/calls/TRACE_ID/SPAN_ID` */
export function CallView({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): JSX.Element {
  const path = `/api/v1/calls/${encodeURIComponent(traceId)}/${encodeURIComponent(spanId)}`;
  const [isPending, setIsPending] = useState(false);
  const { data, fault, at, reload } = useAnswer<OneCall>(path, {}, { live: isPending });
  useEffect(() => setIsPending(data?.charge === 'pending'), [data]);
  const isNowhere = data === null && fault?.status === 404;
  return (
    <>
      <div class="sheet-head">
        <Title kind="Call" name={data === null ? null : (data.model ?? 'of a model nobody named')} />
        {data !== null && <Lead call={data} />}
      </div>
      {isNowhere && (
        <Empty title="There is no such call">
          <p>
            Span <code class="id">{spanId}</code> is no call that is kept here.{' '}
            <Link href={`/traces/${encodeURIComponent(traceId)}`}>Look at its trace</Link>
          </p>
        </Empty>
      )}
      {fault !== null && !isNowhere && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null && fault === null && <Waiting />}
      {data !== null && (
        <Sheet isStale={fault !== null}>
          <CallFacts call={data} isInTrace={false} />
        </Sheet>
      )}
    </>
  );
}

function Lead({ call }: { readonly call: OneCall }): JSX.Element {
  return (
    <>
      <p class="lead">
        {call.agent === null ? 'No agent is named' : <MadeBy agent={call.agent} />}; it took{' '}
        {formatDuration(call.duration_ms)}
        {call.status === 'error' && ' and failed'}.
      </p>
      <p class="meta">
        <Time iso={call.started_at} />
        <Link href={`/traces/${call.trace_id}?span=${call.span_id}`}>See it in its trace</Link>
      </p>
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
