import { createTraceState, isSpanContextValid, trace } from '@opentelemetry/api';
import type { Context, SpanContext } from '@opentelemetry/api';
import { env } from '../config.ts';
import { openTelemetryCore } from '../lateModules.ts';
import { shared } from '../shared.ts';

/** The span of another process that started this one. */
export function rootSpanContext(): SpanContext | null {
  return shared.root?.spanContext ?? null;
}

/** The context, with that span where it has none. */
export function withRoot(active: Context): Context {
  const root = rootSpanContext();
  return root === null || trace.getSpan(active) !== undefined ? active : trace.setSpanContext(active, root);
}

/**
 * Reads `TRACEPARENT` and `TRACESTATE`, the carriers that OpenTelemetry defines for environments. What is no valid parent
 * is as if it were absent.
 */
export function readRootContext(): void {
  const [traceparent, tracestate] = [env('TRACEPARENT'), env('TRACESTATE')];
  if (traceparent === undefined) return;
  const parsed = openTelemetryCore().parseTraceParent(traceparent.trim().toLowerCase());
  if (parsed === null || !isSpanContextValid(parsed)) return;
  const spanContext: SpanContext = {
    ...parsed,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  };
  shared.root = { spanContext, traceparent, tracestate };
}
