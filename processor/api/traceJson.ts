import { z } from 'zod';
import { type FemtoUsd, parseUsd } from '../../src/money.ts';
import { agentPathOf, callJson, type CallRow, callSchema, durationMs } from './callJson.ts';
import { addCall, emptySum, usdOf } from './costSum.ts';
import { type CopyJson, copySchema, duplicateOf } from './duplicateOf.ts';
import { trimInstant } from './instant.ts';
import { instantSchema, usdSchema } from './measures.ts';
import { type Copies, COPIES_MAX, COPY_TRACES_MAX, copyKey } from './readCopies.ts';
import { SPANS_PER_TRACE_MAX, type TraceRow } from './readTrace.ts';
import { traceAgents, traceAgentSchema } from './traceAgents.ts';
import { buildTrees, TREE_DEPTH_MAX, type TreeNode, type TreeSpan } from './traceTree.ts';

/** By OTLP `Span.SpanKind`. */
const kindNames = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;

const callDetailSchema = callSchema
  .pick({
    operation: true,
    provider: true,
    model: true,
    response_id: true,
    request_id: true,
    agent: true,
    agent_path: true,
    user: true,
    session: true,
    usage: true,
    cost_status: true,
    unpriced_reason: true,
    scope: true,
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
  subtree_cost_usd: usdSchema.nullable().meta({
    description:
      'Of the charged calls here and below, each once, where it stands in this trace; null where none of them has a price',
  }),
  charge: z.string().nullable(),
  charge_reason: z.string().nullable(),
  duplicate_of: copySchema.nullable().meta({ description: 'Of a duplicate, the copy that is charged' }),
  charged_elsewhere: z
    .boolean()
    .meta({ description: 'A duplicate whose charged copy is in another trace: no sum of this one has its cost' }),
  copies: z.array(copySchema).meta({ description: 'Of a charged call, its duplicates, of whatever trace' }),
  received_at: callSchema.shape.received_at.nullable(),
  call: callDetailSchema.nullable(),
  get children() {
    return z
      .array(spanSchema)
      .meta({ description: `By start; at most ${TREE_DEPTH_MAX} levels, what is deeper hangs on the last` });
  },
});
z.globalRegistry.add(spanSchema, { id: 'Span' });
type SpanJson = z.output<typeof spanSchema>;

const chargesSchema = z
  .object({
    charged: z.int(),
    duplicate: z.int(),
    container: z.int(),
    pending: z.int(),
    charged_elsewhere: z.int().meta({ description: 'Of the duplicates, those whose charged copy is in another trace' }),
  })
  .meta({ description: 'How many calls of the trace are what' });

export const traceSchema = z.object({
  trace_id: z.string(),
  span_count: z.int(),
  truncated: z.boolean().meta({
    description: `There are more than ${SPANS_PER_TRACE_MAX} spans: these are the earliest, the costs theirs`,
  }),
  copies_truncated: z.boolean().meta({
    description: `The copies are in more than ${COPY_TRACES_MAX} other traces, or more than ${COPIES_MAX}: some are not named`,
  }),
  cost_usd: usdSchema.nullable().meta({ description: 'Of the charged calls; null where none of them has a price' }),
  charges: chargesSchema,
  agents: z.array(traceAgentSchema).meta({ description: 'Dearest first by with_below_cost_usd, unknown costs last' }),
  spans: z.array(spanSchema).meta({ description: 'The roots' }),
});

interface Known {
  readonly copies: Copies;
  readonly truncated: boolean;
}

/** `rows` by start. */
export function traceJson(traceId: string, rows: readonly TraceRow[], known: Known): z.output<typeof traceSchema> {
  const calls = rows.flatMap(({ call }) => (call === null ? [] : [call]));
  const charged = calls.filter(({ charge }) => charge === 'charged').map(agentCall);
  const sum = emptySum();
  for (const { costFemtoUsd } of charged) addCall(sum, costFemtoUsd);
  return {
    trace_id: traceId,
    span_count: rows.length,
    truncated: known.truncated,
    copies_truncated: known.copies.truncated,
    cost_usd: usdOf(sum),
    charges: chargesOf(traceId, calls),
    agents: traceAgents(charged),
    spans: buildTrees(rows.map(treeSpan)).map((node) => spanJson(node, known.copies)),
  };
}

const agentCall = (call: CallRow) => ({
  agent: call.agent,
  agentPath: agentPathOf(call),
  costFemtoUsd: femtoUsd(call.cost_usd),
});

function chargesOf(traceId: string, calls: readonly CallRow[]): z.output<typeof chargesSchema> {
  const count = (charge: string): number => calls.filter((call) => call.charge === charge).length;
  return {
    charged: count('charged'),
    duplicate: count('duplicate'),
    container: count('container'),
    pending: count('pending'),
    charged_elsewhere: calls.filter((call) => isChargedElsewhere(traceId, duplicateOf(call))).length,
  };
}

function isChargedElsewhere(traceId: string, charged: CopyJson | null): boolean {
  return charged !== null && charged.trace_id !== traceId;
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
function spanJson(
  { span: { row }, parentMissing, subtreeCostUsd, children }: TreeNode<RowSpan>,
  copies: Copies,
): SpanJson {
  const call = row.call === null ? null : callJson(row.call);
  const isCharged = call?.charge === 'charged';
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
    duplicate_of: call?.duplicate_of ?? null,
    charged_elsewhere: call !== null && isChargedElsewhere(call.trace_id, call.duplicate_of),
    copies: call !== null && isCharged ? [...(copies.of.get(copyKey(call.trace_id, call.span_id)) ?? [])] : [],
    received_at: call?.received_at ?? null,
    call: call === null ? null : callDetailSchema.parse(call),
    children: children.map((child) => spanJson(child, copies)),
  };
}
