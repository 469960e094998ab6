import { z } from 'zod';
import { scopes } from '../access/caller.ts';
import { type ApiInstance, callerOf } from './apiInstance.ts';
import { noQuery } from './parameters.ts';
import { problemResponses } from './problem.ts';

const whoamiSchema = z.object({
  tenant: z.string(),
  key: z
    .object({ id: z.string(), name: z.string().nullable() })
    .nullable()
    .meta({ description: 'The API key that asks; null where there is none at all, and everything is allowed' }),
  agent: z.string().nullable().meta({ description: 'The agent that the key fixes for all it sends' }),
  scopes: z.array(z.enum(scopes)),
});

/** For a page that is to know what it may offer, and a person who wonders which key this is. */
export function whoamiRoute(app: ApiInstance): void {
  app.get(
    '/api/v1/whoami',
    {
      schema: {
        summary: 'For which tenant the caller asks, and what it may do',
        querystring: noQuery,
        response: { 200: whoamiSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { tenant, keyId, keyName, agent, scopes: granted } = callerOf(request);
      return { tenant, key: keyId === null ? null : { id: keyId, name: keyName }, agent, scopes: [...granted] };
    },
  );
}
