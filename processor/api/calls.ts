import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { callJson, callSchema } from './callJson.ts';
import { copySchema } from './duplicateOf.ts';
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
import { copyKey, readCopies } from './readCopies.ts';
import { LEDGER_ENTRIES_MAX, ledgerEntrySchema, readLedger } from './readLedger.ts';

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

const oneCallSchema = callSchema.extend({
  copies: z.array(copySchema).meta({ description: 'Of a charged call, its duplicates, of whatever trace' }),
  ledger: z
    .array(ledgerEntrySchema)
    .meta({ description: `Every booking of it in order, the latest ${LEDGER_ENTRIES_MAX} at most` }),
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
        summary: 'One call with its copies and its bookings',
        params: z.strictObject({ trace_id: traceIdParameter, span_id: spanIdParameter }),
        querystring: noQuery,
        response: { 200: oneCallSchema, ...notFoundResponse, ...problemResponses },
      },
    },
    async (request) => {
      const { trace_id, span_id } = request.params;
      return readOneCall(database, tenantOf(request), trace_id, span_id);
    },
  );
}

/** All in one snapshot, so that the bookings add up to what the call says. */
async function readOneCall(
  database: ApiContext['database'],
  tenant: string,
  traceId: string,
  spanId: string,
): Promise<z.output<typeof oneCallSchema>> {
  return database.transaction(async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const row = await readCall(client, tenant, traceId, spanId);
    if (row === null) throw new TollgateError('not_found', `There is no call ${spanId} in trace ${traceId}`);
    const copies = await readCopies(client, tenant, traceId, row.charge === 'charged' ? [row] : []);
    return {
      ...callJson(row),
      copies: [...(copies.of.get(copyKey(traceId, spanId)) ?? [])],
      ledger: await readLedger(client, { tenant, traceId, spanId, startedAt: row.started }),
    };
  });
}
