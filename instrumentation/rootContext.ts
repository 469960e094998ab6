import { isSpanContextValid, createTraceState } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { env } from './config.ts';
import { shared } from './shared.ts';

/** The span of another process that started this one. */
export function rootSpanContext(): SpanContext | null {
  return shared.root?.spanContext ?? null;
}

/**
 * Reads `TRACEPARENT` and `TRACESTATE`, the carriers that OpenTelemetry defines for environments. What is no valid parent
 * is as if it were absent.
 */
export function readRootContext(): void {
  const [traceparent, tracestate] = [env('TRACEPARENT'), env('TRACESTATE')];
  if (traceparent === undefined) return;
  const parsed = parseTraceParent(traceparent.trim().toLowerCase());
  if (parsed === null || !isSpanContextValid(parsed)) return;
  const spanContext: SpanContext = {
    ...parsed,
    isRemote: true,
    ...(tracestate === undefined ? {} : { traceState: createTraceState(tracestate) }),
  };
  shared.root = { spanContext, traceparent, tracestate };
}
