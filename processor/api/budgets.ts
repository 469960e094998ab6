import { z } from 'zod';
import type { Budget } from '../../src/policy/budget.ts';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { policyName } from '../gate/budgetParts.ts';
import { definitionSchema } from '../gate/budgetSchema.ts';
import { type ApiContext, type ApiInstance, actorOf, tenantOf } from './apiInstance.ts';
import { budgetDefinitionSchema, budgetsOf, definitionJson } from './budgetsJson.ts';
import { counterJson, counterSchema } from './budgetStatusJson.ts';
import { questionOf, readCursor, timeless, writeCursor } from './cursor.ts';
import { noQuery, pageParameters, strictQuery } from './parameters.ts';
import { conflictResponse, notFoundResponse, problemResponses } from './problem.ts';
import { readSingleCounters } from './readSingleCounters.ts';

export const budgetNameParameter = z.strictObject({ name: policyName });

const budgetSchema = z
  .object({
    name: z.string(),
    source: z.enum(['file', 'api']).meta({ description: 'Those of the file can only be read here' }),
    definition: budgetDefinitionSchema,
  })
  .meta({ id: 'Budget' });
const listedSchema = budgetSchema.extend({
  state: counterSchema
    .nullable()
    .meta({ description: 'The counter in force; null where there are many: with `per`, and for run and session' }),
});

function budgetJson(budget: Budget): z.output<typeof budgetSchema> {
  return { name: budget.name, source: budget.source, definition: definitionJson(budget) };
}

/** For the scope `query`. */
export function budgetRoutes(app: ApiInstance, { database, policies }: ApiContext): void {
  app.get(
    '/api/v1/budgets',
    {
      schema: {
        summary: 'Budgets that hold for the tenant, by name, with what is left of each',
        querystring: strictQuery(pageParameters),
        response: {
          200: z.object({ items: z.array(listedSchema), next_cursor: z.string().nullable() }),
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const { query } = request;
      const tenant = tenantOf(request);
      const question = questionOf('budgets', query);
      const [after = ''] = query.cursor === undefined ? [] : (readCursor(query.cursor, question, 1).after ?? []);
      const budgets = budgetsOf((await policies.snapshot()).budgets, tenant).filter(
        ({ budget }) => budget.name > after,
      );
      const shown = budgets.slice(0, query.limit);
      const last = budgets.length > query.limit ? shown.at(-1) : undefined;
      const counters = await readSingleCounters(database, tenant, shown);
      return {
        items: shown.map((inForce) => listedJson(inForce, counters.get(inForce.id))),
        next_cursor: last === undefined ? null : writeCursor(question, timeless, [last.budget.name]),
      };
    },
  );
}

function listedJson(
  { budget }: BudgetInForce,
  counter: Parameters<typeof counterJson>[0] | undefined,
): z.output<typeof listedSchema> {
  return { ...budgetJson(budget), state: counter === undefined ? null : counterJson(counter) };
}

/** For the scope `admin`. */
export function budgetChangeRoutes(app: ApiInstance, { policies }: ApiContext): void {
  app.put(
    '/api/v1/budgets/:name',
    {
      schema: {
        summary: 'Makes or changes a budget of the tenant',
        description:
          'Keys that are left out have their defaults. A change of what is counted counts anew from the calls there are.',
        params: budgetNameParameter,
        querystring: noQuery,
        body: definitionSchema,
        response: {
          200: budgetSchema.meta({ description: 'Changed' }),
          201: budgetSchema.meta({ description: 'Made' }),
          ...conflictResponse,
          ...problemResponses,
        },
      },
    },
    async (request, reply) => {
      const budget: Budget = { name: request.params.name, source: 'api', ...request.body };
      const { created } = await policies.put(tenantOf(request), budget, actorOf(request));
      return reply.code(created ? 201 : 200).send(budgetJson(budget));
    },
  );

  app.delete(
    '/api/v1/budgets/:name',
    {
      schema: {
        summary: 'Ends a budget of the tenant',
        params: budgetNameParameter,
        querystring: noQuery,
        response: { 204: z.null(), ...notFoundResponse, ...conflictResponse, ...problemResponses },
      },
    },
    async (request, reply) => {
      await policies.remove(tenantOf(request), request.params.name, actorOf(request));
      return reply.code(204).send(null);
    },
  );
}
