import { z } from 'zod';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { questionOf, readCursor, writeCursor } from './cursor.ts';
import type { Filters, GroupKey } from './facts.ts';
import { formatInstant } from './instant.ts';
import { instantSchema, measuresSchema, noMeasures } from './measures.ts';
import {
  groupByParameter,
  groupKeyName,
  intervalParameter,
  pageParameters,
  periodParameters,
  querySchema,
} from './parameters.ts';
import { type Period, readPeriod, SERIES_POINTS_MAX, seriesStarts, tooManyPoints } from './period.ts';
import { problemResponses } from './problem.ts';
import { type CostAnswer, type CostGroup, groupSortKeys, readCosts } from './readCosts.ts';
import type { Interval } from './timeZone.ts';

const costsQuery = querySchema({
  group_by: groupByParameter.optional(),
  interval: intervalParameter.optional().meta({ description: 'Asks for a series; without it `series` is empty' }),
  ...periodParameters,
  ...pageParameters,
});

/** Beside the measures stand the dimensions, which are texts. */
const dimensionOrMeasure = z.union([z.string(), z.number(), z.null()]);
const dimensionsDescription = 'Each dimension of group_by is a field; `(none)` where nobody gave it';

export const groupSchema = measuresSchema
  .extend({
    share: z
      .number()
      .nullable()
      .meta({ description: 'Of the total cost, 0 to 1, six decimals; null where either is unknown or the total is 0' }),
  })
  .catchall(dimensionOrMeasure)
  .meta({ id: 'Group', description: dimensionsDescription });

export const pointSchema = measuresSchema
  .extend({
    start: instantSchema.meta({ description: 'Where the interval begins, which for the first may be before `from`' }),
  })
  .catchall(dimensionOrMeasure)
  .meta({ id: 'Point', description: dimensionsDescription });

const costsSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  group_by: z.array(z.string()),
  interval: z.string().nullable(),
  totals: measuresSchema.meta({ description: 'Over all groups, not only those of this page' }),
  groups: z.array(groupSchema).meta({ description: 'Dearest first, unknown costs last' }),
  series: z
    .array(pointSchema)
    .meta({ description: 'One point an interval, or an interval and group of this page; without calls, zeros' }),
  next_cursor: z.string().nullable(),
});

export function costRoutes(app: ApiInstance, { database, clock }: ApiContext): void {
  app.get(
    '/api/v1/costs',
    {
      schema: {
        summary: 'The cost cube: sums over the charged calls of a period, by dimension and by interval',
        description: 'Filters: any dimension, repeated or with commas for any of several values, and `tag.NAME`.',
        querystring: costsQuery,
        response: { 200: costsSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { query } = request;
      const groupBy = query.group_by ?? [];
      const question = questionOf('costs', query);
      const page =
        query.cursor === undefined
          ? { ...readPeriod(query, clock()), after: null }
          : readCursor(query.cursor, question, groupSortKeys(groupBy.length).length);
      const answer = await readCube(database, tenantOf(request), { ...query, ...page, groupBy });
      const last = answer.hasMore ? answer.groups.at(-1) : undefined;
      return {
        ...costsJson({ period: page, groupBy, interval: query.interval }, answer),
        next_cursor: last === undefined ? null : writeCursor(question, page, last.position),
      };
    },
  );
}

export type CostsJson = Omit<z.output<typeof costsSchema>, 'next_cursor'>;

interface Asked extends Pick<CubeQuestion, 'groupBy' | 'interval'> {
  readonly period: Period;
}

export function costsJson({ period, groupBy, interval }: Asked, cube: Cube): CostsJson {
  return {
    from: formatInstant(period.from),
    to: formatInstant(period.to),
    group_by: groupBy.map(groupKeyName),
    interval: interval ?? null,
    totals: cube.totals,
    groups: cube.groups.map((group) => groupJson(groupBy, group)),
    series: [...cube.series],
  };
}

export interface CubeQuestion extends Period {
  readonly groupBy: readonly GroupKey[];
  readonly interval?: Interval | undefined;
  readonly timezone: string;
  readonly filters: Filters;
  readonly limit: number;
  readonly after: readonly string[] | null;
}

type Point = z.output<typeof pointSchema>;

interface Cube extends Pick<CostAnswer, 'totals' | 'groups'> {
  readonly hasMore: boolean;
  readonly series: readonly Point[];
}

/** The cube with its series filled: every interval of the period has a point, for each group of the page. */
export async function readCube(
  database: Parameters<typeof readCosts>[0],
  tenant: string,
  question: CubeQuestion,
): Promise<Cube> {
  const { interval, timezone, groupBy } = question;
  const starts = interval === undefined ? null : seriesStarts(interval, timezone, question);
  const answer = await readCosts(database, { ...question, tenant, starts });
  const groups = groupBy.length === 0 ? [] : answer.groups.slice(0, question.limit);
  const lines = groupBy.length === 0 ? [{}] : groups.map((group) => namesJson(groupBy, group));
  if (interval !== undefined && (starts ?? []).length * lines.length > SERIES_POINTS_MAX) {
    throw tooManyPoints(interval, String((starts ?? []).length * lines.length));
  }
  // The group after the page has points too, which would stand for those of the page's first in the next interval.
  const points = answer.points.filter(({ group }) => group < lines.length);
  const known = new Map(points.map(({ start, group, measures }) => [start * lines.length + group, measures]));
  const series = (starts ?? []).flatMap((start, at) =>
    lines.map((names, group) => ({
      start: formatInstant(start),
      ...names,
      ...(known.get(at * lines.length + group) ?? noMeasures),
    })),
  );
  return {
    totals: answer.totals,
    groups,
    hasMore: groupBy.length > 0 && answer.groups.length > question.limit,
    series,
  };
}

export function namesJson(groupBy: readonly GroupKey[], group: Pick<CostGroup, 'names'>): Record<string, string> {
  return Object.fromEntries(groupBy.map((key, index) => [groupKeyName(key), group.names[index] ?? '']));
}

export function groupJson(groupBy: readonly GroupKey[], group: CostGroup): z.output<typeof groupSchema> {
  return { ...namesJson(groupBy, group), ...group.measures, share: group.share };
}
