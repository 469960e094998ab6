import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { matchDimensions } from '../../src/policy/budget.ts';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { databaseMicros } from '../gate/policyLock.ts';
import type { PolicyStore } from '../gate/policyStore.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { budgetNameParameter } from './budgets.ts';
import { budgetsOf } from './budgetsJson.ts';
import { counterJson, counterSchema } from './budgetStatusJson.ts';
import { questionOf, readCursor, timeless, writeCursor } from './cursor.ts';
import { idParameter, pageParameters, strictQuery } from './parameters.ts';
import { notFoundResponse, problemResponses } from './problem.ts';
import { counterKeys, readCounters } from './readCounters.ts';
import { hasOneCounter, readSingleCounters } from './readSingleCounters.ts';

const keyParameters = Object.fromEntries(
  matchDimensions.map((dimension) => [
    dimension,
    idParameter.optional().meta({ description: `Only counters of this ${dimension}; (none) is a missing one` }),
  ]),
) as Record<(typeof matchDimensions)[number], z.ZodOptional<typeof idParameter>>;

const statusQuery = strictQuery({ ...keyParameters, ...pageParameters });
type Status = { items: z.output<typeof counterSchema>[]; next_cursor: string | null };

export function budgetStatusRoute(app: ApiInstance, { database, policies }: ApiContext): void {
  app.get(
    '/api/v1/budgets/:name/status',
    {
      schema: {
        summary: 'The counters of a budget whose window holds this moment, those that used most first',
        params: budgetNameParameter,
        querystring: statusQuery,
        response: {
          200: z.object({ items: z.array(counterSchema), next_cursor: z.string().nullable() }),
          ...notFoundResponse,
          ...problemResponses,
        },
      },
    },
    async (request): Promise<Status> => {
      const { cursor, limit, ...key } = request.query;
      const tenant = tenantOf(request);
      const inForce = await findBudget(policies, tenant, request.params.name);
      const asked = Object.fromEntries(
        Object.entries(key).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      if (hasOneCounter(inForce)) {
        const counters = Object.keys(asked).length > 0 ? [] : await readSingleCounters(database, tenant, [inForce]);
        return { items: [...counters].map(([, counter]) => counterJson(counter)), next_cursor: null };
      }
      const question = questionOf(`budgets/${request.params.name}/status`, request.query);
      const after = cursor === undefined ? null : readCursor(cursor, question, counterKeys.length).after;
      const nowMicros = await databaseMicros(database);
      const read = await readCounters(database, {
        tenant,
        budgets: [inForce],
        nowMicros,
        key: asked,
        after,
        limit: limit + 1,
      });
      const last = read.length > limit ? read[limit - 1] : undefined;
      return {
        items: read.slice(0, limit).map(({ counter }) => counterJson(counter)),
        next_cursor: last === undefined ? null : writeCursor(question, timeless, last.position),
      };
    },
  );
}

/** The one that holds for a tenant under a name. */
export async function findBudget(policies: PolicyStore, tenant: string, name: string): Promise<BudgetInForce> {
  const found = budgetsOf((await policies.snapshot()).budgets, tenant).find(({ budget }) => budget.name === name);
  if (found === undefined) throw new TollgateError('not_found', `There is no budget ${JSON.stringify(name)}`);
  return found;
}
