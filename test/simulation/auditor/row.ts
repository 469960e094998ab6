import type { PricedCall, SpanSkeleton } from '../../../src/call.ts';
import { tokenTotals } from '../../../src/usage.ts';

/**
 * One span as one export brought it. The auditor folds over these; it shares no code with the store and the resolver it
 * audits, works in quadratic time, and follows docs/charging.md sentence by sentence.
 */
export interface Received {
  readonly tenant: string;
  /** The agent that the API key of the export fixes, else null. */
  readonly keyAgent: string | null;
  readonly receivedMs: number;
  readonly span: SpanSkeleton;
  /** The same record where the span is a call or a container, else null. */
  readonly call: PricedCall | null;
}

/** "One distinct span (tenant, trace id, span id, start to the microsecond)." */
export type Row = Received;

/** "A row that stands for one request to a model." */
export interface CallRow extends Row {
  readonly call: PricedCall;
}

export function isCall(row: Row): row is CallRow {
  return row.call !== null && row.call.role === 'call';
}

/** "A row that sums or wraps calls by its own words." */
export function isContainer(row: Row): row is CallRow {
  return row.call !== null && row.call.role === 'container';
}

export function startMicros(row: Row): bigint {
  return row.span.startUnixNano / 1000n;
}

export function endMicros(row: Row): bigint {
  return startMicros(row) + row.span.durationNano / 1000n;
}

export function rowKey(row: Row): string {
  return `${row.tenant} ${row.span.traceId}/${row.span.spanId} ${startMicros(row)}`;
}

/**
 * "Of two copies of one row one that is a call stays before one that is not, then the more complete, then the one with the
 * greater content hash." The order of copies is
 * the one thing the auditor is given.
 */
export function rowsOf(received: readonly Received[], isBetter: (one: Received, other: Received) => boolean): Row[] {
  const rows = new Map<string, Row>();
  for (const copy of received) {
    const kept = rows.get(rowKey(copy));
    const stays = kept === undefined || isBetter(copy, kept) ? copy : kept;
    rows.set(rowKey(copy), { ...stays, receivedMs: Math.min(copy.receivedMs, kept?.receivedMs ?? copy.receivedMs) });
  }
  return [...rows.values()];
}

/** "Input or output tokens above 0, or a cost above 0." */
export function bearsUsage({ call }: CallRow): boolean {
  const { inputTokens, outputTokens } = tokenTotals(call.usage);
  return inputTokens > 0 || outputTokens > 0 || (call.price.status !== 'unpriced' && call.price.costFemtoUsd > 0n);
}

/** "The upper call's tokens (input + output)." */
export function tokens({ call }: CallRow): number {
  const { inputTokens, outputTokens } = tokenTotals(call.usage);
  return inputTokens + outputTokens;
}

export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Orders by several answers in turn: the first that differs decides. */
export function inOrder<Item>(...answers: ((item: Item) => string | number | bigint)[]): (a: Item, b: Item) => number {
  return (a, b) => {
    for (const answer of answers) {
      const [left, right] = [answer(a), answer(b)];
      if (left !== right) return left < right ? -1 : 1;
    }
    return 0;
  };
}
