import { areAlike, doOverlap } from './likeness.ts';
import { groupBy, inOrder, startMicros, type CallRow } from './row.ts';
import { gather, type Pair, type Sets } from './sets.ts';

const ID_LENGTH_MIN = 8;
const CALLS_OF_TRACE_MAX = 64;
const TRACES_MAX = 64;

/** The calls of one tenant in all its traces. */
export interface Carriers {
  readonly calls: readonly CallRow[];
  readonly totals: ReadonlySet<CallRow>;
  /** All copies of calls that came, those that did not stay among them. */
  readonly copies: readonly CallRow[];
}

/** Rule 2. `nested` are the copies by rule 1. */
export function providerIdRule({ calls, totals, copies }: Carriers, nested: Sets): readonly Pair[] {
  const isPlausible = (one: CallRow, other: CallRow): boolean => isOneCall(one, other) || nested.areOne(one, other);
  const ids = new Set(calls.flatMap(providerIds));
  return [...ids].flatMap((id) => {
    const carriers = calls.filter((call) => providerIds(call).includes(id));
    const everCarried = copies.filter((copy) => providerIds(copy).includes(id));
    if (isNoProviders(carriers, everCarried)) return [];
    return gather(carriers.filter((call) => !totals.has(call)).sort(byStart), isPlausible);
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

/**
 * "An id that more than 64 calls of a trace carry, or that calls (or copies of them that did not stay) in more than 64 traces have
 * carried, is no provider's and joins nothing."
 */
function isNoProviders(carriers: readonly CallRow[], everCarried: readonly CallRow[]): boolean {
  const tracesOf = (calls: readonly CallRow[]): CallRow[][] => groupBy(calls, ({ span }) => span.traceId);
  const isCrowded = tracesOf(carriers).some((trace) => trace.length > CALLS_OF_TRACE_MAX);
  return isCrowded || tracesOf(everCarried).length > TRACES_MAX;
}

/** "Different scope or different service, alike, and overlapping." */
function isOneCall(one: CallRow, other: CallRow): boolean {
  const isOtherEmitter = one.call.scope !== other.call.scope || one.call.service !== other.call.service;
  return isOtherEmitter && areAlike(one, other) && doOverlap(one, other);
}
