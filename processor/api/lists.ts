import { z } from 'zod';
import { TollgateError } from '../../src/errors.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { groupJson, groupSchema, pointSchema, readCube } from './costs.ts';
import type { Dimension } from './coverage.ts';
import { questionOf, readCursor, writeCursor } from './cursor.ts';
import type { Filters, GroupKey } from './facts.ts';
import { instantSchema, usdSchema } from './measures.ts';
import {
  idParameter,
  LIMIT_MAX,
  oneOfList,
  pageParameters,
  periodParameters,
  querySchema,
  sortParameter,
} from './parameters.ts';
import { type Period, readPeriod } from './period.ts';
import { notFoundResponse, problemResponses } from './problem.ts';
import { readRows } from './readRows.ts';
import { NAMES_MAX, type RowField, rowFields, rowSortKeys, rowSorts } from './rowsStatement.ts';
import { PATH_CALLS_MAX, readWithBelow } from './readWithBelow.ts';

const lists: Readonly<Record<'models' | 'agents' | 'users' | 'sessions' | 'runs', Dimension>> = {
  models: 'model',
  agents: 'agent',
  users: 'user',
  sessions: 'session',
  runs: 'run',
};

const rowSchema = z.object({
  id: z.string(),
  cost_usd: usdSchema.nullable().meta({ description: 'Null when none of the calls has a price' }),
  calls: z.int(),
  run_count: z.int(),
  total_tokens: z.number(),
  total_duration_seconds: z.number().meta({ description: 'Of all calls, added up' }),
  first_seen: instantSchema.meta({ description: 'Start of the first call in the period' }),
  last_seen: instantSchema.meta({ description: 'Start of the last call in the period' }),
  agents: z.array(z.string()).meta({ description: `Sorted, at most ${NAMES_MAX}` }),
  models: z.array(z.string()).meta({ description: `Sorted, at most ${NAMES_MAX}` }),
});

z.globalRegistry.add(rowSchema, { id: 'Row' });

const listedSchema = rowSchema
  .partial()
  .required({ id: true })
  .meta({ id: 'ListedRow', description: 'All fields of a row, or its id and those of `fields`' });
const listSchema = z.object({ items: z.array(listedSchema), next_cursor: z.string().nullable() });

const listQuery = querySchema({
  fields: oneOfList(rowFields)
    .optional()
    .meta({ description: `Beside \`id\` only these, of ${rowFields.join(', ')}; what is left out costs no time` }),
  sort: sortParameter(rowSorts).default('-cost_usd').meta({ description: 'A field of the rows, `-` for descending' }),
  ...periodParameters,
  ...pageParameters,
});

const allFields: ReadonlySet<RowField> = new Set(rowFields);

const oneSchema = rowSchema.extend({
  cost_by_model: z.array(groupSchema).meta({ description: `The dearest ${LIMIT_MAX} at most` }),
  cost_by_agent: z.array(groupSchema).meta({ description: `The dearest ${LIMIT_MAX} at most` }),
  series: z.array(pointSchema).meta({ description: 'A point a day of `timezone`' }),
});

const agentSchema = oneSchema.extend({
  with_below_calls: z
    .int()
    .nullable()
    .meta({
      description: `Charged calls of the agent and of those below it; null where the period has more than ${PATH_CALLS_MAX} calls`,
    }),
  with_below_cost_usd: usdSchema
    .nullable()
    .meta({ description: 'Of these; null where they are not known or none of them has a price' }),
});

export function listRoutes(app: ApiInstance, context: ApiContext): void {
  for (const [name, dimension] of Object.entries(lists)) {
    listRoute(app, context, name, dimension);
    oneRoute(app, context, name, dimension);
  }
}

function listRoute(app: ApiInstance, { database, clock }: ApiContext, name: string, dimension: Dimension): void {
  app.get(
    `/api/v1/${name}`,
    {
      schema: {
        summary: `The ${name} of a period`,
        querystring: listQuery,
        response: { 200: listSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { query } = request;
      const question = questionOf(name, query);
      const page =
        query.cursor === undefined
          ? { ...readPeriod(query, clock()), after: null }
          : readCursor(query.cursor, question, rowSortKeys(query.sort).length);
      const fields = query.fields === undefined ? allFields : new Set(query.fields);
      const rows = await readRows(database, { ...query, ...page, fields, tenant: tenantOf(request), dimension });
      const shown = rows.slice(0, query.limit);
      const last = rows.length > query.limit ? shown.at(-1) : undefined;
      return {
        items: shown.map(({ row }) => row),
        next_cursor: last === undefined ? null : writeCursor(question, page, last.position),
      };
    },
  );
}

function oneRoute(app: ApiInstance, { database, clock }: ApiContext, name: string, dimension: Dimension): void {
  const querystring = querySchema(periodParameters, dimension);
  app.get(
    `/api/v1/${name}/:id`,
    {
      schema: {
        summary: `One ${dimension}: its row, its cost by model and by agent, and a point a day`,
        params: z.strictObject({ id: idParameter }),
        querystring,
        response: { 200: dimension === 'agent' ? agentSchema : oneSchema, ...notFoundResponse, ...problemResponses },
      },
    },
    async (request) => {
      const { query, params } = request;
      const period = readPeriod(query, clock());
      const others = query.filters;
      const filters: Filters = { ...others, dimensions: new Map([...others.dimensions, [dimension, [params.id]]]) };
      return readOne(database, {
        tenant: tenantOf(request),
        dimension,
        id: params.id,
        filters,
        others,
        timezone: query.timezone,
        ...period,
      });
    },
  );
}

type OneJson = z.output<typeof oneSchema> | z.output<typeof agentSchema>;

interface OneQuestion extends Period {
  readonly tenant: string;
  readonly dimension: Dimension;
  readonly id: string;
  readonly filters: Filters;
  /** The filters beside the dimension itself. */
  readonly others: Filters;
  readonly timezone: string;
}

/** All in one snapshot, so that the parts add up to the row while calls come in. */
async function readOne(database: ApiContext['database'], question: OneQuestion): Promise<OneJson> {
  return database.transaction(async (client) => {
    await client.query('set transaction isolation level repeatable read, read only');
    const [found] = await readRows(client, { ...question, fields: allFields, sort: 'id', after: null, limit: 1 });
    if (found === undefined) {
      throw new TollgateError(
        'not_found',
        `There is no ${question.dimension} ${JSON.stringify(question.id)} in the period asked for`,
      );
    }
    const breakdown = async (groupBy: readonly GroupKey[]): Promise<z.output<typeof groupSchema>[]> => {
      const cube = await readCube(client, question.tenant, { ...question, groupBy, limit: LIMIT_MAX, after: null });
      return cube.groups.map((group) => groupJson(groupBy, group));
    };
    const series = await readCube(client, question.tenant, {
      ...question,
      groupBy: [],
      interval: 'day',
      limit: 1,
      after: null,
    });
    const one = {
      ...found.row,
      cost_by_model: await breakdown([{ dimension: 'model' }]),
      cost_by_agent: await breakdown([{ dimension: 'agent' }]),
      series: [...series.series],
    };
    if (question.dimension !== 'agent') return one;
    return { ...one, ...(await readWithBelow(client, { ...question, agent: question.id, filters: question.others })) };
  });
}
