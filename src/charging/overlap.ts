import type { TraceSpan } from './traceSpan.ts';

/** How far the clocks of two instrumentations, or of a client and its gateway, may differ over one call. */
const SLACK_MICROS = 2_000_000;

export function overlap(one: TraceSpan, two: TraceSpan): boolean {
  return one.startMicros <= two.endMicros + SLACK_MICROS && two.startMicros <= one.endMicros + SLACK_MICROS;
}

/**
 * Whether two spans of one process are of one moment: they intersect, and one lies within the other but for the slack at its
 * ends. Clocks of one process do not differ, so two calls one after the other never do.
 */
export function isOneWithin(one: TraceSpan, two: TraceSpan): boolean {
  const intersect = one.startMicros <= two.endMicros && two.startMicros <= one.endMicros;
  return intersect && (isWithin(one, two) || isWithin(two, one));
}

function isWithin(inner: TraceSpan, outer: TraceSpan): boolean {
  return inner.startMicros >= outer.startMicros - SLACK_MICROS && inner.endMicros <= outer.endMicros + SLACK_MICROS;
}

/** Nothing that starts later can intersect this. */
export function isOver(span: TraceSpan, laterStartMicros: number): boolean {
  return span.endMicros < laterStartMicros;
}
