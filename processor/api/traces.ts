import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { noQuery, traceIdParameter } from './parameters.ts';
import { notFoundResponse, problemResponses } from './problem.ts';
import { readTrace, SPANS_PER_TRACE_MAX } from './readTrace.ts';
import { traceJson, traceSchema } from './traceJson.ts';

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
      const { rows, copies } = await readTrace(database, tenantOf(request), trace_id);
      if (rows.length === 0) throw new TollgateError('not_found', `There is no trace ${trace_id}`);
      const shown = rows.slice(0, SPANS_PER_TRACE_MAX);
      return traceJson(trace_id, shown, { copies, truncated: rows.length > shown.length });
    },
  );
}
