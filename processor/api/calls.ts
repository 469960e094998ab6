import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { callJson, callSchema } from './callJson.ts';
import { questionOf, readCursor, writeCursor } from './cursor.ts';
import {
  noQuery,
  oneOf,
  oneOfList,
  pageParameters,
  periodParameters,
  querySchema,
  sortParameter,
  spanIdParameter,
  traceIdParameter,
  usdParameter,
} from './parameters.ts';
import { readPeriod } from './period.ts';
import { notFoundResponse, problemResponses } from './problem.ts';
import { callSortKeys, callSorts, charges, costStatuses, readCall, readCalls } from './readCalls.ts';

const callsQuery = querySchema({
  trace_id: traceIdParameter
    .optional()
    .meta({ description: 'With it, and without any of period, from and to, calls of all times' }),
  charge: oneOf(charges).default('charged'),
  cost_status: oneOfList(costStatuses).optional(),
  min_cost_usd: usdParameter.optional(),
  sort: sortParameter(callSorts)
    .default('-started_at')
    .meta({ description: 'A field of the calls, `-` for descending' }),
  ...periodParameters,
  ...pageParameters,
});

const callListSchema = z.object({ items: z.array(callSchema), next_cursor: z.string().nullable() });

export function callRoutes(app: ApiInstance, { database, clock }: ApiContext): void {
  app.get(
    '/api/v1/calls',
    {
      schema: { summary: 'LLM calls', querystring: callsQuery, response: { 200: callListSchema, ...problemResponses } },
    },
    async (request) => {
      const { query } = request;
      const keys = callSortKeys(query.sort);
      const question = questionOf('calls', query);
      const page =
        query.cursor === undefined
          ? { ...readPeriod(query, clock()), after: null }
          : readCursor(query.cursor, question, keys.length);
      const isTimeless = query.trace_id !== undefined && (query.period ?? query.from ?? query.to) === undefined;
      const rows = await readCalls(database, {
        ...query,
        ...page,
        ...(isTimeless ? { from: null, to: null } : {}),
        tenant: tenantOf(request),
        traceId: query.trace_id ?? null,
        costStatuses: query.cost_status ?? null,
        minCost: query.min_cost_usd ?? null,
      });
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      return {
        items: shown.map(({ row }) => callJson(row)),
        next_cursor: last === undefined ? null : writeCursor(question, page, last.position),
      };
    },
  );

  app.get(
    '/api/v1/calls/:trace_id/:span_id',
    {
      schema: {
        summary: 'One call',
        params: z.strictObject({ trace_id: traceIdParameter, span_id: spanIdParameter }),
        querystring: noQuery,
        response: { 200: callSchema, ...notFoundResponse, ...problemResponses },
      },
    },
    async (request) => {
      const { trace_id, span_id } = request.params;
      const row = await readCall(database, tenantOf(request), trace_id, span_id);
      if (row === null) throw new TollgateError('not_found', `There is no call ${span_id} in trace ${trace_id}`);
      return callJson(row);
    },
  );
}
