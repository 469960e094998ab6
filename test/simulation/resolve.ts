import { factsOf, microsOf, traceCallOf, type TraceSpan } from '../../src/charging/traceSpan.ts';
import { Settlement, type Decision } from '../../src/charging/settlement.ts';
import { groupBy, rowKey, type Row } from './auditor/row.ts';

interface ResolvedSpan extends TraceSpan {
  readonly row: Row;
}

/** What the resolver decides of rows, without a store: each trace whole, then every id. */
export function resolve(rows: readonly Row[]): ReadonlyMap<string, Decision<ResolvedSpan>> {
  const decisions = new Map<string, Decision<ResolvedSpan>>();
  for (const tenant of groupBy(rows, (row) => row.tenant)) {
    const settlement = new Settlement<ResolvedSpan>(() => true);
    const spans = tenant.map(resolvedSpan);
    const traces = groupBy(spans, ({ traceId }) => traceId);
    for (const trace of traces) settlement.addTrace(trace);
    for (const id of new Set(spans.flatMap(({ call }) => call?.providerIds ?? []))) settlement.joinId(id);
    for (const [first] of traces) {
      if (first === undefined) continue;
      for (const decision of settlement.decide(first.traceId, () => true)) {
        decisions.set(rowKey(decision.span.row), decision);
      }
    }
  }
  return decisions;
}

function resolvedSpan(row: Row): ResolvedSpan {
  const { span, call } = row;
  return {
    row,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    ...microsOf(span),
    kind: span.kind,
    own: span.own,
    call: call === null ? null : traceCallOf(factsOf(call, row.keyAgent)),
  };
}
