import { z } from 'zod';
import type { ApiInstance } from '../api/apiInstance.ts';
import { notFoundResponse, problemResponses } from '../api/problem.ts';
import { decisionSchema } from './decisionSchema.ts';
import { WAIT_SECONDS_MAX } from './policyRoutes.ts';
import {
  decisionRequestSchema,
  renewalSchema,
  renewedSchema,
  settledSchema,
  settlementSchema,
} from './policySchemas.ts';

const id = z.object({ id: z.guid().meta({ description: "A decision's id" }) });

/** Puts the policy API into `/openapi.json`. `PolicyEndpoint` answers its paths before they come to these routes. */
export function describePolicy(app: ApiInstance): void {
  const answeredBefore = async (): Promise<never> => {
    throw new Error('expected the policy endpoint to answer this path');
  };
  app.post(
    '/policy/v1/decisions',
    {
      schema: {
        summary: 'Asks before a call, or before a run; needs the scope policy',
        body: decisionRequestSchema,
        response: { 200: decisionSchema, ...problemResponses },
      },
    },
    answeredBefore,
  );
  app.get(
    '/policy/v1/decisions/:id',
    {
      schema: {
        summary: 'A decision as it stands, or when somebody has approved or refused it',
        params: id,
        querystring: z.object({
          wait: z.coerce.number().int().min(0).max(WAIT_SECONDS_MAX).optional().meta({
            description: 'Seconds to wait where it waits for an approval',
          }),
        }),
        response: { 200: decisionSchema, ...problemResponses, ...notFoundResponse },
      },
    },
    answeredBefore,
  );
  app.post(
    '/policy/v1/decisions/:id/settlement',
    {
      schema: {
        summary: 'What a call really used; any number of times, in any order',
        params: id,
        body: settlementSchema,
        response: { 200: settledSchema, ...problemResponses, ...notFoundResponse },
      },
    },
    answeredBefore,
  );
  app.post(
    '/policy/v1/renewals',
    {
      schema: {
        summary: 'Keeps the reservations of calls that still run',
        body: renewalSchema,
        response: { 200: renewedSchema, ...problemResponses },
      },
    },
    answeredBefore,
  );
}
