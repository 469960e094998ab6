import { NO_DIMENSION } from '../../../src/ledger.ts';
import { storedUsd } from '../../gate/reservationState.ts';
import type { Queries } from '../../store/database.ts';
import { DAY_MICROS } from '../../store/rollUp.ts';
import {
  type CallCosts,
  DRIFT_BASELINE_DAYS,
  DRIFT_CALLS_MIN,
  type FailedCalls,
  type FirstUse,
  NEW_MODEL_DAYS,
  STORM_ERRORS_MIN,
  type UnpricedCalls,
} from '../modelUse.ts';

/** Of each question; the largest first. */
const ROWS_MAX = 100;

const firstUses = `
select agent, model, (extract(epoch from first_day) * 1000000)::bigint as day_micros, calls, cost_usd
from (
  select agent, model, min(day) as first_day, min(min(day)) over (partition by agent) as agent_first_day,
    sum(calls) as calls, sum(cost_usd) as cost_usd
  from tollgate_data.rollup_daily
  where tenant = $1 and day >= $2::date and agent <> $4 and model <> $4 and calls > 0
  group by agent, model
) as used
where first_day >= $3::date and agent_first_day < first_day
order by calls desc
limit ${ROWS_MAX}`;

interface FirstUseRow {
  readonly agent: string;
  readonly model: string;
  readonly day_micros: string;
  readonly calls: string;
  readonly cost_usd: string;
}

/** Models that agents used first on this day or the one before. */
export async function selectFirstUses(client: Queries, tenant: string, dayMicros: number): Promise<FirstUse[]> {
  const yesterday = dayMicros - DAY_MICROS;
  const since = yesterday - NEW_MODEL_DAYS * DAY_MICROS;
  const values = [tenant, dayText(since), dayText(yesterday), NO_DIMENSION];
  const rows = await client.query<FirstUseRow>(firstUses, values);
  return rows.map((row) => ({
    agent: row.agent,
    model: row.model,
    dayMicros: Number(row.day_micros),
    calls: Number(row.calls),
    femtoUsd: storedUsd(row.cost_usd),
  }));
}

const callCosts = `
select agent, model,
  coalesce(sum(calls - unpriced_calls) filter (where day = $3::date), 0) as calls,
  coalesce(sum(cost_usd) filter (where day = $3::date), 0) as cost_usd,
  coalesce(sum(calls - unpriced_calls) filter (where day < $3::date), 0) as calls_before,
  coalesce(sum(cost_usd) filter (where day < $3::date), 0) as cost_usd_before
from tollgate_data.rollup_daily
where tenant = $1 and day >= $2::date and day <= $3::date
group by agent, model
having sum(calls - unpriced_calls) filter (where day = $3::date) >= $4
order by sum(cost_usd) filter (where day = $3::date) desc
limit ${ROWS_MAX}`;

interface CallCostsRow {
  readonly agent: string;
  readonly model: string;
  readonly calls: string;
  readonly cost_usd: string;
  readonly calls_before: string;
  readonly cost_usd_before: string;
}

export async function selectCallCosts(client: Queries, tenant: string, dayMicros: number): Promise<CallCosts[]> {
  const since = dayMicros - DRIFT_BASELINE_DAYS * DAY_MICROS;
  const values = [tenant, dayText(since), dayText(dayMicros), DRIFT_CALLS_MIN];
  const rows = await client.query<CallCostsRow>(callCosts, values);
  return rows.map((row) => ({
    agent: row.agent,
    model: row.model,
    dayMicros,
    calls: Number(row.calls),
    femtoUsd: storedUsd(row.cost_usd),
    callsBefore: Number(row.calls_before),
    femtoUsdBefore: storedUsd(row.cost_usd_before),
  }));
}

const failedCalls = `
select agent, (extract(epoch from hour) * 1000000)::bigint as hour_micros, sum(calls) as calls,
  sum(error_calls) as error_calls
from tollgate_data.rollup_hourly
where tenant = $1 and hour >= $2::timestamptz and hour <= $3::timestamptz
group by hour, agent
having sum(error_calls) >= $4
order by sum(error_calls) desc
limit ${ROWS_MAX}`;

interface FailedCallsRow {
  readonly agent: string;
  readonly hour_micros: string;
  readonly calls: string;
  readonly error_calls: string;
}

/** Of the hours from the one to the other. */
export async function selectFailedCalls(
  client: Queries,
  tenant: string,
  hours: { readonly fromMicros: number; readonly toMicros: number },
): Promise<FailedCalls[]> {
  const values = [tenant, new Date(hours.fromMicros / 1000), new Date(hours.toMicros / 1000), STORM_ERRORS_MIN];
  const rows = await client.query<FailedCallsRow>(failedCalls, values);
  return rows.map((row) => ({
    agent: row.agent,
    hourMicros: Number(row.hour_micros),
    calls: Number(row.calls),
    errorCalls: Number(row.error_calls),
  }));
}

const unpricedCalls = `
select provider, model, (extract(epoch from day) * 1000000)::bigint as day_micros, sum(unpriced_calls) as calls
from tollgate_data.rollup_daily
where tenant = $1 and day >= $2::date and day <= $3::date
group by day, provider, model
having sum(unpriced_calls) > 0
order by sum(unpriced_calls) desc
limit ${ROWS_MAX}`;

interface UnpricedCallsRow {
  readonly provider: string;
  readonly model: string;
  readonly day_micros: string;
  readonly calls: string;
}

/** Of this day and the one before. */
export async function selectUnpricedCalls(
  client: Queries,
  tenant: string,
  dayMicros: number,
): Promise<UnpricedCalls[]> {
  const values = [tenant, dayText(dayMicros - DAY_MICROS), dayText(dayMicros)];
  const rows = await client.query<UnpricedCallsRow>(unpricedCalls, values);
  return rows.map((row) => ({
    provider: row.provider,
    model: row.model,
    dayMicros: Number(row.day_micros),
    calls: Number(row.calls),
  }));
}

function dayText(micros: number): string {
  return new Date(micros / 1000).toISOString().slice(0, 'YYYY-MM-DD'.length);
}
