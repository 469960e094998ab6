import { z } from 'zod';
import { costsJson, readCube } from '../api/costs.ts';
import {
  groupByParameter,
  intervalParameter,
  pageParameters,
  periodParameters,
  querySchema,
} from '../api/parameters.ts';
import { readPeriod } from '../api/period.ts';
import { BadParameters, badParameter, parameterFaults } from '../api/problem.ts';
import { checkExport } from '../export/exportQuestion.ts';
import { exportText } from '../export/exportText.ts';
import { type CommandContext, type CommandResult, nameSchema, readArgs } from './command.ts';
import { reportLines, reportTable } from './reportTable.ts';

export const reportFormats = ['table', 'json', 'csv', 'focus'] as const;

const textOrNothing = z.string().nullable();
const ownParameters = {
  group_by: groupByParameter.optional(),
  interval: intervalParameter.optional(),
  ...periodParameters,
};
const pagedQuery = querySchema({ ...ownParameters, limit: pageParameters.limit });
const wholeQuery = querySchema(ownParameters);

const argsSchema = z.strictObject({
  tenant: nameSchema,
  format: z.enum(reportFormats, { error: `expected ${reportFormats.join(', ')}` }),
  /** `NAME=VALUE` each, with the names and values of the API's filters. */
  where: z.array(z.string()),
  by: textOrNothing,
  period: textOrNothing,
  from: textOrNothing,
  to: textOrNothing,
  timezone: textOrNothing,
  interval: textOrNothing,
  limit: textOrNothing,
});
type Args = z.output<typeof argsSchema>;

const DEFAULT_GROUPS = 'agent,model';

/** What was spent, by any dimensions: a table, the answer of `/api/v1/costs`, or the file of `/api/v1/export`. */
export async function report(context: CommandContext, args: unknown): Promise<CommandResult> {
  const asked = readArgs(argsSchema, args);
  return asked.format === 'csv' || asked.format === 'focus'
    ? printFile(context, asked, asked.format)
    : addUp(context, asked);
}

async function addUp({ database, questions = database, now }: CommandContext, args: Args): Promise<CommandResult> {
  const query = readQuery(pagedQuery, { ...args, by: args.by ?? DEFAULT_GROUPS });
  const period = readPeriod(query, now());
  const { group_by: groupBy = [], interval, timezone, filters, limit } = query;
  const cube = await readCube(questions, args.tenant, {
    ...period,
    groupBy,
    interval,
    timezone,
    filters,
    limit,
    after: null,
  });
  const answer = costsJson({ period, groupBy, interval }, cube);
  const shown = { tenant: args.tenant, timezone, period, where: args.where, hasMore: cube.hasMore };
  return { ok: true, lines: reportLines(answer, shown), table: reportTable(answer, timezone), data: answer };
}

/** Told piece by piece, as it is read: a file may be larger than memory. */
async function printFile(
  { database, questions = database, now, onOutput }: CommandContext,
  args: Args,
  format: 'csv' | 'focus',
): Promise<CommandResult> {
  if (onOutput === undefined) throw new Error('A file needs somewhere to go, and nobody said where.');
  const by = args.by ?? (format === 'focus' ? null : DEFAULT_GROUPS);
  const {
    group_by: groupBy = null,
    interval = null,
    timezone,
    filters,
    ...rest
  } = readQuery(wholeQuery, { ...args, by });
  checkExport({ format, interval });
  const period = readPeriod({ ...rest, timezone }, now());
  const question = { ...period, tenant: args.tenant, format, groupBy, interval, timezone, filters };
  for await (const piece of exportText(questions, question)) await onOutput(piece);
  return { ok: true, lines: [], table: null, data: null };
}

/** By the rules of the API, whose messages say what is wrong. */
function readQuery<Schema extends z.ZodType>(schema: Schema, args: Args): z.output<Schema> {
  const { by, period, from, to, timezone, interval, limit } = args;
  const own = Object.entries({ group_by: by, period, from, to, timezone, interval, limit });
  const conditions = new Map<string, string[]>();
  for (const condition of args.where) {
    const [name = '', ...value] = condition.split('=');
    if (own.some(([parameter]) => parameter === name)) {
      throw badParameter('where', condition, 'DIMENSION=VALUE or tag.NAME=VALUE');
    }
    conditions.set(name, [...(conditions.get(name) ?? []), value.join('=')]);
  }
  const input = { ...Object.fromEntries(conditions), ...Object.fromEntries(own.filter(([, value]) => value !== null)) };
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  throw new BadParameters(parameterFaults(read.error.issues, input));
}
