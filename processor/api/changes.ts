import { z } from 'zod';
import { type ChangeParts, explainChanges, type PricedCalls } from '../../src/changes.ts';
import { formatUsd } from '../../src/money.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { namesJson } from './costs.ts';
import { type CostSum, emptySum, usdOf } from './costSum.ts';
import type { GroupKey } from './facts.ts';
import { formatInstant } from './instant.ts';
import { instantSchema, usdSchema } from './measures.ts';
import { groupByParameter, groupKeyName, pageParameters, periodParameters, querySchema } from './parameters.ts';
import { type Period, readPeriod } from './period.ts';
import { problemResponses } from './problem.ts';
import { type ChangedGroup, readChanges } from './readChanges.ts';

const defaultGroupBy: readonly GroupKey[] = [{ dimension: 'agent' }, { dimension: 'model' }];

const changesQuery = querySchema({
  group_by: groupByParameter.optional().meta({ description: 'What is a kind of call; default agent,model' }),
  ...periodParameters,
  limit: pageParameters.limit.meta({ description: 'Groups, at most; the others are added up in `other`' }),
});

const sumUsd = usdSchema.nullable().meta({ description: 'Null when there are calls and none of them has a price' });
const changeSchema = z.object({
  before_usd: sumUsd,
  now_usd: sumUsd,
  delta_usd: usdSchema.meta({ description: 'now − before, where null counts as 0: volume + mix + price' }),
  volume_usd: usdSchema.meta({ description: 'More or fewer calls, of the kinds that there were' }),
  mix_usd: usdSchema.meta({ description: 'Calls of other kinds' }),
  price_usd: usdSchema.meta({ description: 'A call of the same kind costs more or less' }),
  before_calls: z.int(),
  now_calls: z.int(),
  before_unpriced_calls: z.int(),
  now_unpriced_calls: z.int(),
});
type Change = z.output<typeof changeSchema>;

const changedGroupSchema = changeSchema
  .catchall(z.union([z.string(), z.number(), z.null()]))
  .meta({ id: 'ChangedGroup', description: 'Each dimension of group_by is a field; `(none)` where nobody gave it' });

const periodSchema = z.object({ from: instantSchema, to: instantSchema });
const changesSchema = changeSchema.extend({
  before: periodSchema.meta({ description: 'As long as `now`, though not before 1970, and ends where it begins' }),
  now: periodSchema,
  group_by: z.array(z.string()),
  groups: z.array(changedGroupSchema).meta({ description: 'The greatest change first, up or down; then by name' }),
  other: changeSchema
    .extend({ groups: z.int().meta({ description: 'How many' }) })
    .nullable()
    .meta({ description: 'The groups beyond `limit`, added up; null where there are none' }),
});

export function changesRoute(app: ApiInstance, { database, clock }: Pick<ApiContext, 'database' | 'clock'>): void {
  app.get(
    '/api/v1/changes',
    {
      schema: {
        summary: 'Why the cost of a period differs from that of the period before: volume, mix and price',
        description: 'Filters: any dimension, repeated or with commas for any of several values, and `tag.NAME`.',
        querystring: changesQuery,
        response: { 200: changesSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { query } = request;
      const { limit, filters, group_by: groupBy = defaultGroupBy } = query;
      const now = readPeriod(query, clock());
      const before = periodBefore(now);
      const read = await readChanges(database, { tenant: tenantOf(request), before, now, groupBy, filters });
      const groups = explained(read);
      const [listed, others] = [groups.slice(0, limit), groups.slice(limit)];
      return {
        before: periodJson(before),
        now: periodJson(now),
        group_by: groupBy.map(groupKeyName),
        ...changeOf(groups),
        groups: listed.map((group) => ({ ...namesJson(groupBy, group), ...changeOf([group]) })),
        other: others.length === 0 ? null : { groups: others.length, ...changeOf(others) },
      };
    },
  );
}

/** As long, but for what would lie before all times that can be asked for: no call is that old. */
function periodBefore({ from, to }: Period): Period {
  const length = to - from;
  return { from: from > length ? from - length : 0n, to: from };
}

type ExplainedGroup = ChangedGroup & ChangeParts;

function explained(groups: readonly ChangedGroup[]): readonly ExplainedGroup[] {
  const parts = explainChanges(groups.map(({ before, now }) => ({ before: pricedOf(before), now: pricedOf(now) })));
  return groups.flatMap((group, index) => {
    const part = parts[index];
    return part === undefined ? [] : [{ ...group, ...part }];
  });
}

function pricedOf({ calls, unpriced, costFemtoUsd }: CostSum): PricedCalls {
  return { calls: BigInt(calls - unpriced), costFemtoUsd };
}

function changeOf(groups: readonly ExplainedGroup[]): Change {
  const [before, now] = [emptySum(), emptySum()];
  let [volume, mix, price] = [0n, 0n, 0n];
  for (const group of groups) {
    addSum(before, group.before);
    addSum(now, group.now);
    volume += group.volumeFemtoUsd;
    mix += group.mixFemtoUsd;
    price += group.priceFemtoUsd;
  }
  return {
    before_usd: usdOf(before),
    now_usd: usdOf(now),
    delta_usd: formatUsd(now.costFemtoUsd - before.costFemtoUsd),
    volume_usd: formatUsd(volume),
    mix_usd: formatUsd(mix),
    price_usd: formatUsd(price),
    before_calls: before.calls,
    now_calls: now.calls,
    before_unpriced_calls: before.unpriced,
    now_unpriced_calls: now.unpriced,
  };
}

function addSum(sum: CostSum, { calls, unpriced, costFemtoUsd }: CostSum): void {
  sum.calls += calls;
  sum.unpriced += unpriced;
  sum.costFemtoUsd += costFemtoUsd;
}

function periodJson({ from, to }: Period): { from: string; to: string } {
  return { from: formatInstant(from), to: formatInstant(to) };
}
