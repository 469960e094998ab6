import { z } from 'zod';
import { type Approval, approvalColumns, approvalOf, type ApprovalRow } from '../gate/approvals.ts';
import type { Gate } from '../gate/gate.ts';
import { decisionJson } from '../policy/decisionJson.ts';
import { decisionSchema } from '../policy/decisionSchema.ts';
import type { Queries } from '../store/database.ts';
import { type ApiContext, type ApiInstance, actorOf, tenantOf } from './apiInstance.ts';
import { instantJson } from './budgetStatusJson.ts';
import { questionOf, readCursor, timeless, writeCursor } from './cursor.ts';
import { instantSchema } from './measures.ts';
import { noQuery, oneOf, pageParameters, strictQuery } from './parameters.ts';
import { conflictResponse, notFoundResponse, problemResponses } from './problem.ts';
import { isAfter, orderBy, positionColumns, positionOf, type SortKey, sqlValues } from './sqlText.ts';

const NOTE_CHARS_MAX = 1_000;
const states = ['waiting', 'approved', 'refused', 'expired', 'all'] as const;

const approvalsQuery = strictQuery({
  state: oneOf(states).default('waiting').meta({ description: '`expired`: nobody decided in time' }),
  ...pageParameters,
});

const text = z.string().nullable();
const approvalSchema = z
  .object({
    id: z.string().meta({ description: 'Of the decision that waits' }),
    state: z.enum(['waiting', 'approved', 'refused', 'expired']),
    requested_at: instantSchema,
    expires_at: instantSchema.meta({ description: 'Refused then, if nobody decided' }),
    subject: z.object({
      agent: text,
      user: text,
      session: text,
      service: text,
      environment: text,
      tags: z.record(z.string(), z.string()),
    }),
    call: z
      .object({
        provider: text,
        model: z.string(),
        operation: text,
        trace_id: text,
        run_id: text,
        input_tokens: z.int().nullable(),
        input_bytes: z.int().nullable(),
        max_output_tokens: z.int().nullable(),
      })
      .nullable()
      .meta({ description: 'Null: whether a run may start' }),
    decision: decisionSchema.meta({ description: 'The one that waits; once somebody decided, the one in its place' }),
    decided_at: instantSchema.nullable(),
    key_id: text.meta({ description: 'The API key that decided; null where there was none' }),
    key_name: text,
  })
  .meta({ id: 'Approval' });

const keys: readonly SortKey[] = [
  { expression: 'kept.requested_at', descending: false, type: 'timestamptz' },
  { expression: 'kept.id::text', descending: false, type: 'text' },
];

/** For the scope `query`. */
export function approvalRoutes(app: ApiInstance, { database }: ApiContext): void {
  app.get(
    '/api/v1/approvals',
    {
      schema: {
        summary: 'Decisions that wait, or waited, for a person; the oldest first',
        querystring: approvalsQuery,
        response: {
          200: z.object({ items: z.array(approvalSchema), next_cursor: z.string().nullable() }),
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const { query } = request;
      const question = questionOf('approvals', query);
      const after = query.cursor === undefined ? null : readCursor(query.cursor, question, keys.length).after;
      const rows = await readApprovals(database, tenantOf(request), query.state, after, query.limit + 1);
      const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
      return {
        items: rows.slice(0, query.limit).map((row) => approvalJson(approvalOf(row))),
        next_cursor: last === undefined ? null : writeCursor(question, timeless, positionOf(last, keys)),
      };
    },
  );
}

const NOTE_EXPECTED = `a text of 1 to ${NOTE_CHARS_MAX} characters without NUL`;
const verdictSchema = z.strictObject(
  {
    approve: z.boolean('true or false'),
    note: z
      .string(NOTE_EXPECTED)
      .regex(new RegExp(`^[^\\0]{1,${NOTE_CHARS_MAX}}$`, 'su'), NOTE_EXPECTED)
      .optional()
      .meta({ description: 'Why; stands in the audit log' }),
  },
  { error: 'a mapping with the keys approve, note' },
);

/** For the scope `admin`. */
export function approvalDecisionRoute(app: ApiInstance, approve: Gate['approve']): void {
  app.post(
    '/api/v1/approvals/:id',
    {
      schema: {
        summary: 'Approves or refuses a decision that waits',
        description:
          'Approved, each budget that does not fit is raised by exactly what is missing, in its window, and the reservation is made. The answer may still be a refusal: a person lets pass what asked for one, not what another policy denies.',
        params: z.strictObject({ id: z.uuid('the id of a decision: a UUID') }),
        querystring: noQuery,
        body: verdictSchema,
        response: { 200: decisionSchema, ...notFoundResponse, ...conflictResponse, ...problemResponses },
      },
    },
    async (request) => {
      const { approve: isApproved, note = null } = request.body;
      const verdict = { approve: isApproved, actor: actorOf(request), note };
      return decisionJson(await approve(tenantOf(request), request.params.id.toLowerCase(), verdict));
    },
  );
}

async function readApprovals(
  database: Queries,
  tenant: string,
  state: (typeof states)[number],
  after: readonly string[] | null,
  limit: number,
): Promise<(ApprovalRow & Readonly<Record<string, unknown>>)[]> {
  const sql = sqlValues();
  const where = [
    `kept.tenant = ${sql.add(tenant)}::text`,
    ...(state === 'all' ? [] : [`kept.state = ${sql.add(state)}::text`]),
    ...(after === null ? [] : [isAfter(keys, after, sql)]),
  ];
  return database.query(
    `select ${approvalColumns}, ${positionColumns(keys).join(', ')} from tollgate_data.approvals as kept
where ${where.join(' and ')} order by ${orderBy(keys)} limit ${sql.add(limit)}::int`,
    sql.values,
  );
}

function approvalJson(approval: Approval): z.output<typeof approvalSchema> {
  const { subject, call } = approval.request;
  return {
    id: approval.id,
    state: approval.state,
    requested_at: instantJson(approval.requestedMicros) ?? '',
    expires_at: instantJson(approval.expiresMicros) ?? '',
    subject: { ...subject, tags: { ...subject.tags } },
    call:
      call === null
        ? null
        : {
            provider: call.provider,
            model: call.model,
            operation: call.operation,
            trace_id: call.traceId,
            run_id: call.runId,
            input_tokens: call.inputTokens,
            input_bytes: call.inputBytes,
            max_output_tokens: call.maxOutputTokens,
          },
    decision: decisionJson(approval.answer),
    decided_at: approval.decidedMicros === null ? null : instantJson(approval.decidedMicros),
    key_id: approval.keyId,
    key_name: approval.keyName,
  };
}
