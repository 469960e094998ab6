import { z } from 'zod';
import { compileGlob, GLOB_CHARS_MAX } from '../../src/glob.ts';
import { alertTypes } from '../../src/policy/alertTypes.ts';
import type { Queries } from '../store/database.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { type Page, questionOf, readCursor, writeCursor } from './cursor.ts';
import { formatInstant, SQL_INSTANT_FORMAT, trimInstant } from './instant.ts';
import { instantSchema } from './measures.ts';
import { idParameter, pageParameters, periodParameters, strictQuery } from './parameters.ts';
import { readPeriod } from './period.ts';
import { problemResponses } from './problem.ts';
import { isAfter, orderBy, positionColumns, positionOf, type SortKey, sqlValues } from './sqlText.ts';

const severities = ['info', 'warning', 'critical'] as const;
const TYPE_EXPECTED = `a glob on one or more of ${alertTypes.join(', ')}`;

const alertsQuery = strictQuery({
  type: z
    .string(`${TYPE_EXPECTED}, given once`)
    .refine((glob) => glob.length <= GLOB_CHARS_MAX && alertTypes.some(compileGlob(glob)), TYPE_EXPECTED)
    .default('*')
    .meta({ description: 'A glob on types, such as `budget.*`' }),
  budget: idParameter.optional().meta({ description: 'Only alerts of the budget of this name' }),
  ...periodParameters,
  ...pageParameters,
});

const alertSchema = z
  .object({
    id: z.string(),
    at: instantSchema,
    type: z.enum(alertTypes),
    severity: z.enum(severities),
    budget: z.string().nullable().meta({ description: 'Name of the budget it is about, if it is about one' }),
    message: z.string().meta({ description: 'One sentence, for people' }),
    data: z.record(z.string(), z.unknown()).meta({ description: 'The same as webhooks get as `data`' }),
  })
  .meta({ id: 'Alert' });
type Alert = z.output<typeof alertSchema>;

const keys: readonly SortKey[] = [
  { expression: 'at', descending: true, type: 'timestamptz' },
  { expression: 'id', descending: true, type: 'numeric' },
];

export function alertRoutes(app: ApiInstance, { database, clock }: ApiContext): void {
  app.get(
    '/api/v1/alerts',
    {
      schema: {
        summary: 'What alerts told, latest first',
        querystring: alertsQuery,
        response: {
          200: z.object({ items: z.array(alertSchema), next_cursor: z.string().nullable() }),
          ...problemResponses,
        },
      },
    },
    async (request) => {
      const { query } = request;
      const question = questionOf('alerts', query);
      const page =
        query.cursor === undefined
          ? { ...readPeriod(query, clock()), after: null }
          : readCursor(query.cursor, question, keys.length);
      const rows = await readAlerts(database, { ...query, ...page, tenant: tenantOf(request) });
      const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
      return {
        items: rows.slice(0, query.limit).map(alertJson),
        next_cursor: last === undefined ? null : writeCursor(question, page, positionOf(last, keys)),
      };
    },
  );
}

interface AlertsQuestion extends Page {
  readonly tenant: string;
  readonly type: string;
  readonly budget?: string | undefined;
  readonly limit: number;
}

type AlertRow = Omit<Alert, 'id' | 'at'> & { readonly alert_id: string; readonly at_text: string } & Readonly<
    Record<string, unknown>
  >;

async function readAlerts(
  database: Queries,
  { tenant, type, budget, from, to, after, limit }: AlertsQuestion,
): Promise<AlertRow[]> {
  const sql = sqlValues();
  const where = [
    `tenant = ${sql.add(tenant)}::text`,
    `at >= ${sql.add(formatInstant(from))}::timestamptz`,
    `at < ${sql.add(formatInstant(to))}::timestamptz`,
    `type = any(${sql.add(alertTypes.filter(compileGlob(type)))}::text[])`,
    ...(budget === undefined ? [] : [`budget = ${sql.add(budget)}::text`]),
    ...(after === null ? [] : [isAfter(keys, after, sql)]),
  ];
  return database.query<AlertRow>(
    `select id::text as alert_id, to_char(at at time zone 'UTC', '${SQL_INSTANT_FORMAT}') as at_text, type, severity, budget, message, data,
  ${positionColumns(keys).join(', ')}
from tollgate_data.alerts where ${where.join(' and ')} order by ${orderBy(keys)} limit ${sql.add(limit + 1)}::int`,
    sql.values,
  );
}

function alertJson({ alert_id: id, at_text, type, severity, budget, message, data }: AlertRow): Alert {
  return { id, at: trimInstant(at_text), type, severity, budget, message, data };
}
