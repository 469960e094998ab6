import { z } from 'zod';
import { parseUsd, formatUsd } from '../../src/money.ts';
import { amountAtEnd, exhaustedAt } from '../../src/policy/pace.ts';
import { databaseMicros } from '../gate/policyLock.ts';
import type { PolicyStore } from '../gate/policyStore.ts';
import type { Queries } from '../store/database.ts';
import { type ApiContext, type ApiInstance, tenantOf } from './apiInstance.ts';
import { budgetsOf } from './budgetsJson.ts';
import { counterJson, counterSchema } from './budgetStatusJson.ts';
import { type EpochMicros, formatInstant, microsOf } from './instant.ts';
import { instantSchema, usdSchema } from './measures.ts';
import { pageParameters, periodParameters, strictQuery } from './parameters.ts';
import { problemResponses } from './problem.ts';
import { readCosts } from './readCosts.ts';
import { readCounters } from './readCounters.ts';
import { intervalStarts } from './timeZone.ts';

const forecastQuery = strictQuery({
  timezone: periodParameters.timezone.meta({ description: 'IANA time zone: sets where the month begins' }),
  limit: pageParameters.limit.meta({ description: 'Counters of budgets, at most' }),
});

const monthSchema = z.object({
  from: instantSchema,
  to: instantSchema,
  cost_usd: usdSchema
    .nullable()
    .meta({ description: 'So far; null when there are calls and none of them has a price' }),
  calls: z.int(),
  unpriced_calls: z.int(),
  at_month_end_usd: usdSchema
    .nullable()
    .meta({ description: 'cost_usd × length of the month ÷ its part that has passed; null where cost_usd is' }),
});

const forecastSchema = z.object({
  month: monthSchema,
  budgets: z
    .array(counterSchema.extend({ budget: z.string(), on_exceed: z.string(), mode: z.string() }))
    .meta({ description: 'Counters whose limit is reached within their window at this pace, the next first' }),
});
type Forecast = z.output<typeof forecastSchema>;

export function forecastRoute(app: ApiInstance, { database, policies, clock }: ApiContext): void {
  app.get(
    '/api/v1/forecast',
    {
      schema: {
        summary: 'What the month comes to at this pace, and which budgets run out next',
        querystring: forecastQuery,
        response: { 200: forecastSchema, ...problemResponses },
      },
    },
    async (request) => {
      const { timezone, limit } = request.query;
      const tenant = tenantOf(request);
      return {
        month: await forecastMonth(database, tenant, timezone, clock()),
        budgets: await nextToRunOut(database, policies, tenant, limit),
      };
    },
  );
}

async function forecastMonth(
  database: Queries,
  tenant: string,
  timezone: string,
  now: Date,
): Promise<Forecast['month']> {
  const { from, to } = monthOf(timezone, now);
  const nowMicros = microsOf(now.getTime());
  const { totals } = await readCosts(database, {
    tenant,
    from,
    // The first microsecond of a month has no past.
    to: nowMicros > from ? nowMicros : from + 1n,
    groupBy: [],
    filters: { dimensions: new Map(), tags: new Map() },
    starts: null,
    limit: 1,
    after: null,
  });
  const spent = totals.cost_usd === null ? null : parseUsd(totals.cost_usd);
  const pace = { sinceMicros: Number(from), nowMicros: Number(nowMicros), untilMicros: Number(to) };
  const atEnd = spent === null ? null : amountAtEnd({ ...pace, spent });
  return {
    from: formatInstant(from),
    to: formatInstant(to),
    cost_usd: totals.cost_usd,
    calls: totals.calls,
    unpriced_calls: totals.unpriced_calls,
    at_month_end_usd: atEnd === null ? null : formatUsd(atEnd),
  };
}

/** No month is longer, nor any 32 days without the start of one. */
const MONTH_MS_MAX = 32 * 86_400_000;

function monthOf(timezone: string, now: Date): { from: EpochMicros; to: EpochMicros } {
  const nowMs = now.getTime();
  const [from = nowMs, to = nowMs] = intervalStarts('month', timezone, nowMs, nowMs + MONTH_MS_MAX, 3) ?? [];
  return { from: microsOf(from), to: microsOf(to) };
}

/**
 * Of the counters of one budget that have one window and no raise of their own, those that spent most run out first, so the first `limit`
 * of each are enough.
 */
async function nextToRunOut(
  database: Queries,
  policies: PolicyStore,
  tenant: string,
  limit: number,
): Promise<Forecast['budgets']> {
  const budgets = budgetsOf((await policies.snapshot()).budgets, tenant).filter(
    ({ budget: { window } }) => window.kind !== 'run' && window.kind !== 'session',
  );
  if (budgets.length === 0) return [];
  const nowMicros = await databaseMicros(database);
  const read = await readCounters(database, { tenant, budgets, nowMicros, key: {}, after: null, limit });
  return read
    .flatMap(({ counter }) => {
      const at = counter.pace === null ? null : exhaustedAt(counter.pace, counter.limit, counter.reserved);
      return at === null ? [] : [{ at, counter }];
    })
    .toSorted((a, b) => a.at - b.at)
    .slice(0, limit)
    .map(({ counter }) => {
      const { name, onExceed, mode } = counter.inForce.budget;
      return { budget: name, on_exceed: onExceed, mode, ...counterJson(counter) };
    });
}
