import { z } from 'zod';
import { reportJson } from '../reprice/reportJson.ts';
import { readReprice, repriceParts } from '../reprice/repriceSchema.ts';
import type { Repricing } from '../reprice/repricing.ts';
import { type ApiContext, type ApiInstance, actorOf, tenantOf } from './apiInstance.ts';
import { noQuery } from './parameters.ts';
import { conflictResponse, problemResponses } from './problem.ts';

const repriceBody = z.strictObject({
  ...repriceParts,
  dry_run: z
    .boolean({ error: 'true or false' })
    .default(true)
    .meta({ description: 'Says what it would change, and changes nothing' }),
});

const sums = {
  calls: z.int().meta({ description: 'Charged calls whose cost is another one' }),
  newly_priced_calls: z.int().meta({ description: 'Those that had no price: before, they add nothing' }),
  newly_unpriced_calls: z.int().meta({ description: 'Those that have no price any more: after, they add nothing' }),
  before_usd: z.string(),
  after_usd: z.string(),
  delta_usd: z.string(),
};

const repriceSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    dry_run: z.boolean(),
    examined_calls: z.int().meta({ description: 'Calls that were looked at, copies that are not charged among them' }),
    restated_calls: z.int().meta({
      description: 'Those of them whose stored price is another one: copies too, and those whose card alone is another',
    }),
    ...sums,
    by_model: z
      .array(z.object({ provider: z.string().nullable(), model: z.string().nullable(), ...sums }))
      .meta({ description: 'The largest difference first; beyond 1,000 models the others stand as `(other)`' }),
  })
  .meta({ id: 'Reprice' });

/** For the scope `admin`. */
export function repriceRoute(
  app: ApiInstance,
  { clock }: Pick<ApiContext, 'clock'>,
  reprice: Repricing['reprice'],
): void {
  app.post(
    '/api/v1/reprice',
    {
      schema: {
        summary: 'Prices stored calls anew by the prices in force now, and books the difference',
        querystring: noQuery,
        body: repriceBody,
        response: { 200: repriceSchema, ...conflictResponse, ...problemResponses },
      },
    },
    async (request) => {
      const { dry_run: isDryRun, ...asked } = request.body;
      const report = await reprice(readReprice(tenantOf(request), asked, isDryRun, clock()), actorOf(request));
      return reportJson(report);
    },
  );
}
