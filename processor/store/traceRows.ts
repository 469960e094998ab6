import { isBetter } from './content.ts';
import type { Group } from './group.ts';
import type { Arrival } from './loadTraces.ts';
import type { StoredPrice } from './priceColumns.ts';
import { type Identity, identityKey } from './rows.ts';
import { arrivedCall, arrivedSpan, repricedSpan, type SettledSpan } from './settledSpan.ts';
import { type LockedTraces, traceKey } from './tracesOfGroup.ts';

/** A stored call of a locked trace, and the price it has from now on. */
export interface NewPrice extends Arrival {
  readonly stored: StoredPrice;
}

export interface TraceRows {
  readonly tenant: string;
  readonly traceId: string;
  readonly isLinked: boolean;
  readonly before: readonly SettledSpan[];
  readonly after: readonly SettledSpan[];
}

/** All spans of each trace that has a call, as they were and as they are with what arrived. */
export function tracesWithCalls(
  group: Group,
  locked: LockedTraces,
  loaded: readonly SettledSpan[],
  nowMicros: number,
  prices: readonly NewPrice[],
): readonly TraceRows[] {
  const before = byTrace(loaded);
  const after = new Map<string, Map<string, SettledSpan>>();
  for (const [key, rows] of before) after.set(key, new Map(rows));
  for (const price of prices) {
    const rows = rowsOf(after, price);
    const key = identityKey(price);
    const row = rows.get(key);
    // Of a trace that retention has taken out of the books but for some rows nothing can be decided any more.
    if (row === undefined || row.call === null) continue;
    rows.set(key, repricedSpan(row, price.stored));
  }
  for (const call of group.calls) {
    const rows = rowsOf(after, call);
    const key = identityKey(call);
    const other = rows.get(key);
    if (other === undefined || other.call === null) rows.set(key, arrivedCall(call, null, nowMicros));
    else if (isBetter(call, other)) rows.set(key, arrivedCall(call, other.stored, nowMicros));
  }
  for (const span of group.spans) {
    // A trace without calls has nothing to settle: its spans wait in the store.
    if (locked.all.get(traceKey(span))?.hasCalls !== true) continue;
    const rows = rowsOf(after, span);
    const key = identityKey(span);
    const other = rows.get(key);
    if (other === undefined || (other.call === null && isBetter(span, other))) rows.set(key, arrivedSpan(span));
  }
  return [...after].map(([key, rows]): TraceRows => {
    const trace = locked.all.get(key);
    if (trace === undefined) throw new Error(`expected the trace ${key} among those locked, found none`);
    const { tenant, traceId, isLinked } = trace;
    return { tenant, traceId, isLinked, before: [...(before.get(key)?.values() ?? [])], after: [...rows.values()] };
  });
}

/** By trace, then by identity; where the store has a row as a call and as a plain span, the call counts. */
export function byTrace(rows: readonly SettledSpan[]): Map<string, Map<string, SettledSpan>> {
  const traces = new Map<string, Map<string, SettledSpan>>();
  for (const row of rows) {
    const ofTrace = rowsOf(traces, row);
    const key = identityKey(row);
    if (row.call !== null || !ofTrace.has(key)) ofTrace.set(key, row);
  }
  return traces;
}

function rowsOf(traces: Map<string, Map<string, SettledSpan>>, identity: Identity): Map<string, SettledSpan> {
  const key = traceKey(identity);
  const known = traces.get(key);
  if (known !== undefined) return known;
  const rows = new Map<string, SettledSpan>();
  traces.set(key, rows);
  return rows;
}

export function tenantsOf(traces: readonly TraceRows[]): ReadonlyMap<string, readonly TraceRows[]> {
  const tenants = new Map<string, TraceRows[]>();
  for (const trace of traces) {
    const known = tenants.get(trace.tenant);
    if (known === undefined) tenants.set(trace.tenant, [trace]);
    else known.push(trace);
  }
  return tenants;
}
