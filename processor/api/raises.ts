import { z } from 'zod';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { limitSchema } from '../gate/budgetSchema.ts';
import { policyName } from '../gate/budgetParts.ts';
import { amountOfText } from '../gate/counterRows.ts';
import { databaseMicros } from '../gate/policyLock.ts';
import type { Queries } from '../store/database.ts';
import { type ApiContext, type ApiInstance, actorOf, tenantOf } from './apiInstance.ts';
import { budgetNameParameter } from './budgets.ts';
import { amountFields, amountsJson } from './budgetsJson.ts';
import { findBudget } from './budgetStatus.ts';
import { questionOf, readCursor, timeless, writeCursor } from './cursor.ts';
import { formatInstant, parseInstant, SQL_INSTANT_FORMAT, trimInstant } from './instant.ts';
import { instantSchema } from './measures.ts';
import { noQuery, pageParameters, strictQuery } from './parameters.ts';
import { badParameter, conflictResponse, notFoundResponse, problemResponses } from './problem.ts';

const REASON_CHARS_MAX = 1_000;
const KEY_VALUE_CHARS_MAX = 256;
const RAISE_DAYS_MAX = 400;
const MICROS_PER_DAY = 86_400_000_000;

const INSTANT_EXPECTED = 'an instant with offset, such as 2026-01-31T10:00:00Z';
const REASON_EXPECTED = `a text of 1 to ${REASON_CHARS_MAX} characters without NUL`;
const KEY_EXPECTED = `the dimensions of the counters to raise, each with a text of 1 to ${KEY_VALUE_CHARS_MAX} characters`;
const SHAPE_EXPECTED = 'a mapping with the keys amount, ends_at, key, reason';

const raiseBody = z.strictObject(
  {
    amount: limitSchema.meta({ description: 'What the limit goes up by, in its own unit: `{"usd":"5"}`' }),
    ends_at: z.string(INSTANT_EXPECTED).meta({ format: 'date-time' }),
    key: z
      .record(
        z.string(),
        z.string(KEY_EXPECTED).min(1, KEY_EXPECTED).max(KEY_VALUE_CHARS_MAX, KEY_EXPECTED),
        KEY_EXPECTED,
      )
      .optional()
      .meta({ description: 'Only counters whose key has these values; without it all of the tenant' }),
    reason: z
      .string(REASON_EXPECTED)
      .regex(new RegExp(`^[^\\0]{1,${REASON_CHARS_MAX}}$`, 'su'), REASON_EXPECTED)
      .optional(),
  },
  { error: SHAPE_EXPECTED },
);

const raiseSchema = z
  .object({
    id: z.string(),
    key: z.record(z.string(), z.string()).nullable().meta({ description: 'Null: every counter' }),
    ...amountFields({ amount: 'What the limit is raised by' }),
    starts_at: instantSchema,
    ends_at: instantSchema,
    reason: z.string().nullable(),
    key_id: z.string().nullable().meta({ description: 'The API key that raised; null where there was none' }),
    key_name: z.string().nullable(),
  })
  .meta({ id: 'Raise' });

const oneRaise = z.strictObject({
  name: policyName,
  id: z.string().regex(/^\d{1,18}$/, 'the id of a raise: digits'),
});

const path = '/api/v1/budgets/:name/raises';

/** For the scope `query`. */
export function raiseRoutes(app: ApiInstance, { database, policies }: ApiContext): void {
  app.get(
    path,
    {
      schema: {
        summary: 'Raises of a budget that have not ended, the latest first',
        params: budgetNameParameter,
        querystring: strictQuery(pageParameters),
        response: {
          200: z.object({ items: z.array(raiseSchema), next_cursor: z.string().nullable() }),
          ...notFoundResponse,
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const { query } = request;
      const inForce = await findBudget(policies, tenantOf(request), request.params.name);
      const question = questionOf(`budgets/${request.params.name}/raises`, query);
      const [after = null] = query.cursor === undefined ? [] : (readCursor(query.cursor, question, 1).after ?? []);
      const rows = await readRaises(database, tenantOf(request), inForce, { after, limit: query.limit + 1 });
      const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
      return {
        items: rows.slice(0, query.limit),
        next_cursor: last === undefined ? null : writeCursor(question, timeless, [last.id]),
      };
    },
  );
}

/** For the scope `admin`. */
export function raiseChangeRoutes(app: ApiInstance, { database, policies }: ApiContext): void {
  app.post(
    path,
    {
      schema: {
        summary: 'Raises the limit of a budget from now on until a time, the file’s budgets for this tenant alone',
        params: budgetNameParameter,
        querystring: noQuery,
        body: raiseBody,
        response: { 201: raiseSchema, ...notFoundResponse, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      const tenant = tenantOf(request);
      const inForce = await findBudget(policies, tenant, params.name);
      const startsMicros = await databaseMicros(database);
      const raise = {
        key: keyOf(inForce, body.key),
        amount: amountOf(inForce, body.amount),
        startsMicros,
        endsMicros: endOf(body.ends_at, startsMicros),
        reason: body.reason ?? null,
      };
      const actor = actorOf(request);
      const { id } = await policies.raise(tenant, params.name, raise, actor);
      return reply.code(201).send({
        id,
        key: raise.key,
        ...amountsJson(inForce.budget.limit.unit, { amount: raise.amount }),
        starts_at: formatInstant(BigInt(startsMicros)),
        ends_at: formatInstant(BigInt(raise.endsMicros)),
        reason: raise.reason,
        key_id: actor.keyId,
        key_name: actor.keyName,
      });
    },
  );

  app.delete(
    `${path}/:id`,
    {
      schema: {
        summary: 'Takes a raise back from now on',
        params: oneRaise,
        querystring: noQuery,
        response: { 204: z.null(), ...notFoundResponse, ...conflictResponse, ...problemResponses },
      },
    },
    async (request, reply) => {
      const { name, id } = request.params;
      await policies.endRaise(tenantOf(request), name, id, actorOf(request));
      return reply.code(204).send(null);
    },
  );
}

function amountOf({ budget: { limit } }: BudgetInForce, amount: z.output<typeof limitSchema>): bigint {
  if (amount.unit === limit.unit) return amount.amount;
  throw badParameter('amount', amount.unit, `${limit.unit}, which the limit counts`);
}

function keyOf({ budget: { per, window } }: BudgetInForce, key: Record<string, string> | undefined) {
  if (key === undefined || Object.keys(key).length === 0) return null;
  const dimensions = new Set<string>(per);
  if (window.kind === 'run' || window.kind === 'session') dimensions.add(window.kind);
  const strange = Object.keys(key).find((dimension) => !dimensions.has(dimension));
  if (strange === undefined) return key;
  const expected =
    dimensions.size === 0 ? 'no key: the budget has one counter' : `one of ${[...dimensions].join(', ')}`;
  throw badParameter(`key.${strange}`, key[strange], expected);
}

function endOf(text: string, nowMicros: number): number {
  const end = Number(parseInstant(text) ?? 0n);
  if (end > nowMicros && end <= nowMicros + RAISE_DAYS_MAX * MICROS_PER_DAY) return end;
  throw badParameter('ends_at', text, `${INSTANT_EXPECTED}, after now and at most ${RAISE_DAYS_MAX} days ahead`);
}

interface RaiseRow extends Omit<z.output<typeof raiseSchema>, 'starts_at' | 'ends_at'> {
  readonly amount: string;
  readonly starts: string;
  readonly ends: string;
}

async function readRaises(
  database: Queries,
  tenant: string,
  {
    budget: {
      name,
      limit: { unit },
    },
  }: BudgetInForce,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<z.output<typeof raiseSchema>[]> {
  const rows = await database.query<RaiseRow>(
    `select id::text as id, key, amount::text as amount, reason, key_id, key_name,
  to_char(starts_at at time zone 'UTC', '${SQL_INSTANT_FORMAT}') as starts,
  to_char(ends_at at time zone 'UTC', '${SQL_INSTANT_FORMAT}') as ends
from tollgate_data.budget_raises as raise
where tenant = $1 and budget = $2 and ends_at > clock_timestamp() and ($3::bigint is null or raise.id < $3::bigint)
order by raise.id desc limit $4`,
    [tenant, name, after, limit],
  );
  return rows.map(({ amount, starts, ends, ...row }) => ({
    ...row,
    ...amountsJson(unit, { amount: amountOfText(unit, amount) }),
    starts_at: trimInstant(starts),
    ends_at: trimInstant(ends),
  }));
}
