import { z } from 'zod';
import type { ApiInstance } from './apiInstance.ts';

const PROMETHEUS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const stateSchema = (state: string) => z.object({ status: z.literal(state) });

/** Asked by whoever runs the process, before any key is known to them. */
export function stateRoutes(app: ApiInstance, isReady: () => Promise<boolean>): void {
  app.get(
    '/healthz',
    { schema: { summary: 'Liveness', response: { 200: stateSchema('ok') } } },
    async () => ({ status: 'ok' }) as const,
  );
  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Readiness: the store can be reached',
        response: { 200: stateSchema('ready'), 503: stateSchema('not_ready') },
      },
    },
    async (_request, reply) => {
      // A check that fails is an answer here, not a fault.
      const ready = await isReady().catch(() => false);
      return ready ? ({ status: 'ready' } as const) : reply.code(503).send({ status: 'not_ready' });
    },
  );
  app.get('/openapi.json', { schema: { summary: 'This description' } }, async () => app.swagger());
}

export function metricsRoute(app: ApiInstance, metrics: () => Promise<string>): void {
  app.get('/metrics', { schema: { summary: 'Prometheus text; needs the scope admin' } }, async (_request, reply) => {
    void reply.type(PROMETHEUS_TYPE);
    return metrics();
  });
}
