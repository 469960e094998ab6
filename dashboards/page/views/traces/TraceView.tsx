import './traces.css';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Span, Trace } from '../../answers.ts';
import { dearest } from '../../model/dearest.ts';
import { allSpans, branches, collapsedAtFirst, pathTo, spanKey, traceTime } from '../../model/waterfall.ts';
import { Empty, FaultNote, Waiting } from '../../parts/State.tsx';
import { useQuery } from '../../router.ts';
import { useAnswer } from '../../useAnswer.ts';
import { Sheet, Title } from '../Sheet.tsx';
import { TraceAgents } from './TraceAgents.tsx';
import { SpanDetail } from './SpanDetail.tsx';
import { TraceLead } from './TraceLead.tsx';
import { Waterfall } from './Waterfall.tsx';

const LIVE_SPANS_MAX = 2_000;
const LIVE_MS = 600_000;
/** A trace with more rows than this is first shown by its upper levels. */
const OPEN_ROWS_MAX = 400;

export function TraceView({ id }: { readonly id: string }): JSX.Element {
  const [isLive, setIsLive] = useState(true);
  const path = `/api/v1/traces/${encodeURIComponent(id)}`;
  const { data, fault, at, reload } = useAnswer<Trace>(path, undefined, { live: isLive });
  useEffect(() => setIsLive(data === null || mayGrow(data)), [data]);
  const isNowhere = data === null && fault?.status === 404;
  return (
    <>
      <div class="sheet-head">
        <Title kind="Trace" name={data === null ? null : (data.spans[0]?.name ?? null)} />
        {data !== null && <TraceLead trace={data} />}
      </div>
      {isNowhere && (
        <Empty title="There is no such trace">
          <p>
            No span of trace <code class="id">{id}</code> is kept here: it was never received, or its days are past the
            retention.
          </p>
        </Empty>
      )}
      {fault !== null && !isNowhere && <FaultNote fault={fault} at={at} onRetry={reload} />}
      {data === null && fault === null && <Waiting />}
      {data !== null && (
        <Sheet isStale={fault !== null}>
          <TraceSheet trace={data} />
        </Sheet>
      )}
    </>
  );
}

/** Whether to look again when calls come in: a trace that is over, or megabytes long, is not read every three seconds. */
function mayGrow({ spans, span_count: count }: Trace): boolean {
  const { startMicros, lengthMs } = traceTime(spans);
  return count <= LIVE_SPANS_MAX && Date.now() - (startMicros / 1000 + lengthMs) < LIVE_MS;
}

function TraceSheet({ trace }: { readonly trace: Trace }): JSX.Element {
  const { spans: roots } = trace;
  const spans = useMemo(() => allSpans(roots), [roots]);
  const time = useMemo(() => traceTime(roots), [roots]);
  const [asked, setAsked] = useQuery('span', '');
  const chosen = spans.find(({ span_id: spanId }) => spanId === asked) ?? dearest(spans) ?? spans[0] ?? null;
  const tree = useCollapsed(roots, chosen?.span_id ?? null);
  return (
    <>
      <section aria-label="Spans">
        <div class="section-head">
          <h2>
            Spans <span class="mut">{trace.span_count.toLocaleString('en-US')}</span>
          </h2>
          <div class="section-tools">
            <button type="button" class="lnk" onClick={tree.openAll}>
              Expand all
            </button>
            <button type="button" class="lnk" onClick={tree.closeAll}>
              Collapse all
            </button>
          </div>
        </div>
        <Waterfall
          roots={roots}
          time={time}
          collapsed={tree.collapsed}
          onToggle={tree.toggle}
          selected={chosen === null ? null : spanKey(chosen)}
          onSelect={({ span }) => setAsked(span.span_id)}
        />
      </section>
      {chosen !== null && <SpanDetail traceId={trace.trace_id} span={chosen} isAsked={asked !== ''} time={time} />}
      <TraceAgents trace={trace} />
    </>
  );
}

interface Tree {
  readonly collapsed: ReadonlySet<string>;
  readonly toggle: (key: string) => void;
  readonly openAll: () => void;
  readonly closeAll: () => void;
}

function useCollapsed(roots: readonly Span[], shown: string | null): Tree {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(() => {
    const first = collapsedAtFirst(roots, OPEN_ROWS_MAX);
    for (const key of (shown === null ? null : pathTo(roots, shown)) ?? []) first.delete(key);
    return first;
  });
  const toggle = (key: string): void =>
    setCollapsed((before) => {
      const after = new Set(before);
      if (!after.delete(key)) after.add(key);
      return after;
    });
  return {
    collapsed,
    toggle,
    openAll: () => setCollapsed(new Set()),
    closeAll: () => setCollapsed(new Set(branches(roots))),
  };
}
