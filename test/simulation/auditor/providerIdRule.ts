import { areAlike, doOverlap } from './likeness.ts';
import { groupBy, inOrder, startMicros, type CallRow } from './row.ts';
import { gather, type Pair, type Sets } from './sets.ts';

const ID_LENGTH_MIN = 8;
const CALLS_OF_TRACE_MAX = 64;
const TRACES_MAX = 64;

/** Rule 2, over the calls of one tenant in all its traces, totals excepted. `nested` are the copies by rule 1. */
export function providerIdRule(calls: readonly CallRow[], nested: Sets): readonly Pair[] {
  const isPlausible = (one: CallRow, other: CallRow): boolean => isOneCall(one, other) || nested.areOne(one, other);
  const ids = new Set(calls.flatMap(providerIds));
  return [...ids].flatMap((id) => {
    const carriers = calls.filter((call) => providerIds(call).includes(id));
    if (isNoProviders(carriers)) return [];
    return gather(carriers.sort(byStart), isPlausible);
  });
}

/** "Calls with one id are taken by start, trace id and span id." */
const byStart = inOrder<CallRow>(
  startMicros,
  ({ span }) => span.traceId,
  ({ span }) => span.spanId,
);

/** "A response id or a request id (ids of at least 8 characters that are not a trace id of their own)." */
function providerIds({ call, span }: CallRow): readonly string[] {
  const ids = new Set([call.responseId, call.requestId]);
  return [...ids].flatMap((id) => (id !== null && id.length >= ID_LENGTH_MIN && id !== span.traceId ? [id] : []));
}

/** "An id that more than 64 calls of a trace carry, or calls in more than 64 traces, is no provider's and merges nothing." */
function isNoProviders(carriers: readonly CallRow[]): boolean {
  const traces = groupBy(carriers, ({ span }) => span.traceId);
  return traces.length > TRACES_MAX || traces.some((trace) => trace.length > CALLS_OF_TRACE_MAX);
}

/** "Different scope or different service, alike, and overlapping." */
function isOneCall(one: CallRow, other: CallRow): boolean {
  const isOtherEmitter = one.call.scope !== other.call.scope || one.call.service !== other.call.service;
  return isOtherEmitter && areAlike(one, other) && doOverlap(one, other);
}
