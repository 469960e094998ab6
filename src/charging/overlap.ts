import type { TraceSpan } from './traceSpan.ts';

/** How far the clocks of two instrumentations, or of a client and its gateway, may differ over one call. */
const SLACK_MICROS = 2_000_000;

export function overlap(one: TraceSpan, two: TraceSpan): boolean {
  return one.startMicros <= two.endMicros + SLACK_MICROS && two.startMicros <= one.endMicros + SLACK_MICROS;
}

/** Whether one lies within the other. */
export function isOneWithin(one: TraceSpan, two: TraceSpan): boolean {
  return isWithin(one, two) || isWithin(two, one);
}

function isWithin(inner: TraceSpan, outer: TraceSpan): boolean {
  return inner.startMicros >= outer.startMicros - SLACK_MICROS && inner.endMicros <= outer.endMicros + SLACK_MICROS;
}

/** Nothing that starts later can lie within this or contain it. */
export function isOver(span: TraceSpan, laterStartMicros: number): boolean {
  return span.endMicros + SLACK_MICROS < laterStartMicros;
}
