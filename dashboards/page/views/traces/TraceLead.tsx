import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Trace } from '../../answers.ts';
import { formatDuration } from '../../format/numbers.ts';
import { callCount, notCharged, unpricedCount } from '../../model/traceWords.ts';
import { allSpans, traceTime } from '../../model/waterfall.ts';
import { Copy } from '../../parts/Copy.tsx';
import { Money } from '../../parts/Money.tsx';
import { Time } from '../../parts/Time.tsx';

/** The trace in a sentence, and what is in it but in no sum. */
export function TraceLead({ trace }: { readonly trace: Trace }): JSX.Element {
  const unpriced = useMemo(() => unpricedCount(allSpans(trace.spans)), [trace]);
  const time = useMemo(() => traceTime(trace.spans), [trace]);
  const rest = notCharged(trace);
  const [root] = trace.spans;
  return (
    <>
      <p class="lead">
        {trace.charges.charged === 0 ? (
          <>Nothing in this trace is charged.</>
        ) : (
          <>
            <Money usd={trace.cost_usd} /> for {callCount(trace)} in {formatDuration(time.lengthMs)}.
          </>
        )}
      </p>
      <p class="mut">
        {unpriced > 0 && (
          <span class="warn-text">
            {unpriced} of them {unpriced === 1 ? 'has' : 'have'} no price and {unpriced === 1 ? 'is' : 'are'} not in the
            sum.{' '}
          </span>
        )}
        {rest}
        {trace.truncated && ' There are more spans than are shown: these are the earliest, the sums are theirs.'}
        {trace.copies_truncated && ' Some copies in other traces are not named.'}
      </p>
      <p class="meta">
        {root !== undefined && <Time iso={root.started_at} />}
        <span class="id-line">
          <code class="id">{trace.trace_id}</code> <Copy text={trace.trace_id} label="Copy the trace id" />
        </span>
      </p>
    </>
  );
}
