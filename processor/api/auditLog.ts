import { z } from 'zod';
import { listActions, type RecordedAction } from '../access/auditLog.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { questionOf, readCursor, timeless, writeCursor } from './cursor.ts';
import { instantSchema } from './measures.ts';
import { idParameter, pageParameters, strictQuery } from './parameters.ts';
import { problemResponses } from './problem.ts';

const actionSchema = z
  .object({
    id: z.string(),
    at: instantSchema,
    action: z.string().meta({ description: 'What was done, such as `budget.put` or `key.revoke`' }),
    key_id: z.string().nullable().meta({ description: 'The API key that did it; null: who runs the service' }),
    key_name: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()).meta({ description: 'What it was done to, and with what' }),
  })
  .meta({ id: 'AdministrativeAction' });

/** For the scope `admin`. */
export function auditLogRoute(app: ApiInstance, { database }: Pick<ApiContext, 'database'>): void {
  app.get(
    '/api/v1/audit-log',
    {
      schema: {
        summary: 'Administrative actions of the tenant, the latest first; needs the scope admin',
        querystring: strictQuery({
          action: idParameter.optional().meta({ description: 'Only actions of this name' }),
          ...pageParameters,
        }),
        response: {
          200: z.object({ items: z.array(actionSchema), next_cursor: z.string().nullable() }),
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const { query } = request;
      const question = questionOf('audit-log', query);
      const [before = null] = query.cursor === undefined ? [] : (readCursor(query.cursor, question, 1).after ?? []);
      const name = query.action ?? null;
      const actions = await listActions(database, { tenant: tenantOf(request), name, before, limit: query.limit + 1 });
      const last = actions.length > query.limit ? actions[query.limit - 1] : undefined;
      return {
        items: actions.slice(0, query.limit).map(actionJson),
        next_cursor: last === undefined ? null : writeCursor(question, timeless, [last.id]),
      };
    },
  );
}

function actionJson({ id, at, name, keyId, keyName, detail }: RecordedAction): z.output<typeof actionSchema> {
  return { id, at: at.toISOString(), action: name, key_id: keyId, key_name: keyName, detail: { ...detail } };
}
