import type { JSX } from 'preact';
import type { OneCall, Span } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { chargeWords } from '../../model/callWords.ts';
import { epochMicros, type TimeSpan } from '../../model/waterfall.ts';
import { FaultNote, Waiting } from '../../parts/State.tsx';
import { Time } from '../../parts/Time.tsx';
import { Link } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { CallFacts } from '../calls/CallFacts.tsx';
import { Fact, Facts } from '../calls/Facts.tsx';

interface Props {
  readonly traceId: string;
  readonly span: Span;
  /** False where nobody chose it: then it is the dearest. */
  readonly isAsked: boolean;
  readonly time: TimeSpan;
}

/** What the chosen span is: a call with its price and bookings, or a span without a cost of its own. */
export function SpanDetail({ traceId, span, isAsked, time }: Props): JSX.Element {
  return (
    <section class="span-detail" aria-label="The chosen span">
      <div class="section-head">
        <h2>
          <bdi class="clip" title={span.name}>
            {span.name === '' ? '(no name)' : span.name}
          </bdi>{' '}
          <span class="mut">{isAsked ? '' : span.charge === 'charged' ? 'the dearest call' : 'the first span'}</span>
        </h2>
        {span.call !== null && (
          <div class="section-tools">
            <Link href={`/calls/${traceId}/${span.span_id}`}>Open the call</Link>
          </div>
        )}
      </div>
      {span.call === null ? (
        <PlainSpan span={span} time={time} />
      ) : (
        <CallOfSpan key={span.span_id} traceId={traceId} span={span} />
      )}
    </section>
  );
}

function CallOfSpan({ traceId, span }: { readonly traceId: string; readonly span: Span }): JSX.Element {
  const { data, fault, at, reload } = useAnswer<OneCall>(
    `/api/v1/calls/${traceId}/${span.span_id}`,
    {},
    // It becomes another while it waits.
    { live: span.charge === 'pending' },
  );
  if (fault !== null) return <FaultNote fault={fault} at={at} onRetry={reload} />;
  return data === null || data.span_id !== span.span_id ? <Waiting /> : <CallFacts call={data} isInTrace />;
}

function PlainSpan({ span, time }: { readonly span: Span; readonly time: TimeSpan }): JSX.Element {
  return (
    <>
      <p>{chargeWords(span)}</p>
      <Facts label="The span">
        <Fact name="Span id">
          <code class="id">{span.span_id}</code>
        </Fact>
        <Fact name="Kind">{span.kind}</Fact>
        <Fact name="Status">{span.status}</Fact>
        <Fact name="Service">{span.service}</Fact>
        <Fact name="Started">
          <Time iso={span.started_at} /> <span class="mut">after {formatDuration(sinceStartMs(span, time))}</span>
        </Fact>
        <Fact name="Took">{formatDuration(span.duration_ms)}</Fact>
        {span.parent_missing && <Fact name="Parent">is not here, or the parents run in a circle</Fact>}
      </Facts>
    </>
  );
}

const MICROS_PER_MS = 1000;
const sinceStartMs = (span: Span, time: TimeSpan): number =>
  (epochMicros(span.started_at) - time.startMicros) / MICROS_PER_MS;
