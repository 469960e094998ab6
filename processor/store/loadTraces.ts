import type { Queries } from './database.ts';
import type { Group } from './group.ts';
import type { Identity } from './rows.ts';
import { identityKey } from './rows.ts';
import type { SettledSpan } from './settledSpan.ts';
import type { LockedTrace } from './statements/lockTraces.ts';
import { markLarge } from './statements/markLarge.ts';
import { selectPendingTimes } from './statements/selectPendingTimes.ts';
import { selectSpansById, selectTraceRows, type TraceWindow } from './statements/selectTraceRows.ts';
import { ANCESTOR_STEPS_MAX, NEIGHBOURHOOD_MICROS, NEIGHBOURS_MAX, TRACE_ROWS_MAX } from './traceLimits.ts';
import { traceKey } from './tracesOfGroup.ts';

/** What the store has of the traces: all of it, or of large ones the neighbourhood of what arrives, and of `others`. */
export async function loadTraces(
  client: Queries,
  group: Group,
  traces: readonly LockedTrace[],
  others: readonly Arrival[] = [],
): Promise<readonly SettledSpan[]> {
  if (traces.length === 0) return [];
  const whole = traces.filter(({ isLarge }) => !isLarge);
  const rows = whole.length === 0 ? [] : await selectTraceRows(client, whole, TRACE_ROWS_MAX + 1);
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(traceKey(row), (counts.get(traceKey(row)) ?? 0) + 1);
  const grown = whole.filter((trace) => (counts.get(traceKey(trace)) ?? 0) > TRACE_ROWS_MAX);
  if (grown.length > 0) await markLarge(client, grown);
  const large = [...traces.filter(({ isLarge }) => isLarge), ...grown];
  if (large.length === 0) return rows;
  const largeKeys = new Set(large.map(traceKey));
  return [
    ...rows.filter((row) => !largeKeys.has(traceKey(row))),
    ...(await loadNeighbourhoods(client, arrivalsOf(group, others), large)),
  ];
}

/** Of each large trace what starts about when something arrived, the copies of what arrived, and what is above these. */
async function loadNeighbourhoods(
  client: Queries,
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
  traces: readonly LockedTrace[],
): Promise<readonly SettledSpan[]> {
  const pending = new Map((await selectPendingTimes(client, traces)).map((window) => [traceKey(window), window]));
  const windows = traces.flatMap((trace) => windowOf(trace, arrivals.get(traceKey(trace)) ?? [], pending) ?? []);
  const known = new Map<string, SettledSpan>();
  const add = (rows: readonly SettledSpan[], isDistant: boolean): void => {
    for (const row of rows) {
      const key = identityKey(row);
      const other = known.get(key);
      if (other === undefined || (other.call === null && row.call !== null)) known.set(key, { ...row, isDistant });
    }
  };
  add(windows.length === 0 ? [] : await selectTraceRows(client, windows, NEIGHBOURS_MAX), false);
  const byKey = new Map(traces.map((trace) => [traceKey(trace), trace]));
  const referTo = (spanId: string, row: Pick<Identity, 'tenant' | 'traceId'>) => {
    const trace = byKey.get(traceKey(row));
    return trace === undefined ? [] : [{ ...trace, spanId }];
  };
  const copies = [...arrivals.values()].flat().flatMap((row) => referTo(row.spanId, row));
  add(copies.length === 0 ? [] : await selectSpansById(client, copies), false);
  const asked = new Set<string>();
  for (let step = 0; step < ANCESTOR_STEPS_MAX; step += 1) {
    const here = new Set([...known.values(), ...[...arrivals.values()].flat()].map((row) => spanKey(row, row.spanId)));
    const parents = [...known.values(), ...[...arrivals.values()].flat()].flatMap((row) => {
      const key = row.parentSpanId === null ? null : spanKey(row, row.parentSpanId);
      if (row.parentSpanId === null || key === null || here.has(key) || asked.has(key)) return [];
      asked.add(key);
      return referTo(row.parentSpanId, row);
    });
    if (parents.length === 0) break;
    add(await selectSpansById(client, parents), true);
  }
  return [...known.values()];
}

/** A span about which something changes. */
export interface Arrival extends Identity {
  readonly parentSpanId: string | null;
  readonly endMicros: number;
}

function arrivalsOf(group: Group, others: readonly Arrival[]): ReadonlyMap<string, readonly Arrival[]> {
  const arrivals = new Map<string, Arrival[]>();
  const add = (arrival: Arrival): void => {
    const known = arrivals.get(traceKey(arrival));
    if (known === undefined) arrivals.set(traceKey(arrival), [arrival]);
    else known.push(arrival);
  };
  for (const row of group.calls) add(arrivalOf(row, row.call.parentSpanId, row.call.durationNano));
  for (const row of group.spans) add(arrivalOf(row, row.span.parentSpanId, row.span.durationNano));
  for (const other of others) add(other);
  return arrivals;
}

function arrivalOf(
  { tenant, traceId, spanId, startMicros }: Identity,
  parentSpanId: string | null,
  durationNano: bigint,
): Arrival {
  const endMicros = startMicros + Number(durationNano / 1000n);
  return { tenant, traceId, spanId, startMicros, parentSpanId, endMicros };
}

/** Nothing to look at in a trace to which nothing came and where nothing waits. */
function windowOf(
  trace: LockedTrace,
  arrivals: readonly Arrival[],
  pending: ReadonlyMap<string, TraceWindow>,
): TraceWindow | null {
  const waiting = pending.get(traceKey(trace));
  let first = waiting?.firstMicros ?? Infinity;
  let last = waiting?.lastMicros ?? -Infinity;
  for (const { startMicros, endMicros } of arrivals) {
    first = Math.min(first, startMicros);
    last = Math.max(last, endMicros);
  }
  if (first > last) return null;
  return {
    tenant: trace.tenant,
    traceId: trace.traceId,
    firstMicros: Math.max(first - NEIGHBOURHOOD_MICROS, trace.firstMicros),
    lastMicros: Math.min(last + NEIGHBOURHOOD_MICROS, trace.lastMicros),
  };
}

function spanKey(row: Pick<Identity, 'tenant' | 'traceId'>, spanId: string): string {
  return `${spanId}${traceKey(row)}`;
}
