import { z } from 'zod';
import type { Erasures } from '../erasure/erasures.ts';
import { type ApiInstance, actorOf, tenantOf } from './apiInstance.ts';
import { noQuery, VALUE_LENGTH_MAX } from './parameters.ts';
import { notFoundResponse, problemResponses } from './problem.ts';

const ID_EXPECTED = `a user’s id of 1 to ${VALUE_LENGTH_MAX} characters without NUL`;

const erasureSchema = z
  .object({
    user: z.string().meta({ description: 'The random id that stands in the place of the user’s' }),
    state: z.enum(['done', 'running']).meta({ description: '`running`: it goes on; ask again to know its end' }),
    rows: z
      .record(z.string(), z.int())
      .nullable()
      .meta({ description: 'Rows changed, by table; null while it runs, and where another replica did it' }),
  })
  .meta({ id: 'Erasure' });

/** For the scope `admin`. */
export function identityRoute(app: ApiInstance, erase: Erasures['erase']): void {
  app.delete(
    '/api/v1/users/:id/identity',
    {
      schema: {
        summary: 'Puts a random id in the place of a user’s, everywhere; sums stay',
        params: z.strictObject({
          id: z.string(ID_EXPECTED).regex(new RegExp(`^[^\\0]{1,${VALUE_LENGTH_MAX}}$`, 'su'), ID_EXPECTED),
        }),
        querystring: noQuery,
        response: { 200: erasureSchema, ...notFoundResponse, ...problemResponses },
      },
    },
    async (request) => erase(tenantOf(request), request.params.id, actorOf(request)),
  );
}
