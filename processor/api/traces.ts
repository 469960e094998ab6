import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { type FemtoUsd, parseUsd } from '../../src/money.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { callJson, callSchema, durationMs } from './callJson.ts';
import { trimInstant } from './instant.ts';
import { instantSchema, usdSchema } from './measures.ts';
import { noQuery, traceIdParameter } from './parameters.ts';
import { notFoundResponse, problemResponses } from './problem.ts';
import { readTrace, SPANS_PER_TRACE_MAX, type TraceRow } from './readTrace.ts';
import { buildTrees, TREE_DEPTH_MAX, type TreeNode, type TreeSpan } from './traceTree.ts';

/** By OTLP `Span.SpanKind`. */
const kindNames = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

const callDetailSchema = callSchema
  .pick({
    operation: true,
    provider: true,
    model: true,
    agent: true,
    user: true,
    session: true,
    usage: true,
    cost_status: true,
    unpriced_reason: true,
  })
  .meta({ description: 'As in /api/v1/calls' });

const spanSchema = z.object({
  span_id: z.string(),
  parent_span_id: z.string().nullable(),
  parent_missing: z
    .boolean()
    .meta({ description: 'A root only because its parent is not here, or the parents run in a circle' }),
  name: z.string(),
  kind: z.enum(kindNames),
  status: z.enum(['ok', 'error']),
  service: z.string().nullable(),
  started_at: instantSchema,
  duration_ms: z.number(),
  cost_usd: usdSchema
    .nullable()
    .meta({ description: 'Of the call itself, charged or not; null for other spans and without a price' }),
  subtree_cost_usd: usdSchema
    .nullable()
    .meta({ description: 'Of the charged calls here and below; null where none of them has a price' }),
  charge: z.string().nullable(),
  charge_reason: z.string().nullable(),
  call: callDetailSchema.nullable(),
  get children() {
    return z
      .array(spanSchema)
      .meta({ description: `By start; at most ${TREE_DEPTH_MAX} levels, what is deeper hangs on the last` });
  },
});
z.globalRegistry.add(spanSchema, { id: 'Span' });
type SpanJson = z.output<typeof spanSchema>;

const traceSchema = z.object({
  trace_id: z.string(),
  span_count: z.int(),
  truncated: z.boolean().meta({
    description: `There are more than ${SPANS_PER_TRACE_MAX} spans: these are the earliest, the costs theirs`,
  }),
  spans: z.array(spanSchema).meta({ description: 'The roots' }),
});

export function traceRoutes(app: ApiInstance, { database }: ApiContext): void {
  app.get(
    '/api/v1/traces/:trace_id',
    {
      schema: {
        summary: 'A trace as a tree of spans, each with its own cost and that of its subtree',
        params: z.strictObject({ trace_id: traceIdParameter }),
        querystring: noQuery,
        response: { 200: traceSchema, ...notFoundResponse, ...problemResponses },
      },
    },
    async (request) => {
      const { trace_id } = request.params;
      const rows = await readTrace(database, tenantOf(request), trace_id);
      if (rows.length === 0) throw new TollgateError('not_found', `There is no trace ${trace_id}`);
      const shown = rows.slice(0, SPANS_PER_TRACE_MAX);
      return {
        trace_id,
        span_count: shown.length,
        truncated: rows.length > shown.length,
        spans: buildTrees(shown.map(treeSpan)).map(spanJson),
      };
    },
  );
}

interface RowSpan extends TreeSpan {
  readonly row: TraceRow;
}

function treeSpan(row: TraceRow): RowSpan {
  const span = { row, spanId: row.span_hex, parentSpanId: row.parent_hex };
  return row.call?.charge === 'charged' ? { ...span, chargedFemtoUsd: femtoUsd(row.call.cost_usd) } : span;
}

function femtoUsd(numeric: string | null): FemtoUsd | null {
  return numeric === null ? null : parseUsd(numeric);
}

/** Recursion is safe here: a tree is at most TREE_DEPTH_MAX deep. */
function spanJson({ span: { row }, parentMissing, subtreeCostUsd, children }: TreeNode<RowSpan>): SpanJson {
  const call = row.call === null ? null : callJson(row.call);
  return {
    span_id: row.span_hex,
    parent_span_id: row.parent_hex,
    parent_missing: parentMissing,
    name: row.name,
    kind: kindNames[row.kind] ?? 'unspecified',
    status: row.status,
    service: row.service,
    started_at: trimInstant(row.started),
    duration_ms: durationMs(row.duration_nano),
    cost_usd: call?.cost_usd ?? null,
    subtree_cost_usd: subtreeCostUsd,
    charge: call?.charge ?? null,
    charge_reason: call?.charge_reason ?? null,
    call: call === null ? null : callDetailSchema.parse(call),
    children: children.map(spanJson),
  };
}
