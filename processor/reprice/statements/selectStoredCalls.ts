import { formatInstant } from '../../api/instant.ts';
import { encodeColumns, hex, namesOf, timestamptz, unnestOf } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';
import { priceNames } from '../../store/priceColumns.ts';
import { isWithinBounds, startBounds } from '../../store/startBounds.ts';
import { type StoredCall, type StoredCallRow, storedCallOf } from '../storedCall.ts';

/** Which calls are priced anew: those of one tenant that start in `[fromMicros, toMicros)`. */
export interface RepricedCalls {
  readonly tenant: string;
  readonly fromMicros: number;
  readonly toMicros: number;
  /** Of the model that answered or was asked for, with `*` for any characters; null: of every model. */
  readonly models: readonly string[] | null;
}

const facts = `encode(kept.trace_id, 'hex') as trace_id, encode(kept.span_id, 'hex') as span_id,
  encode(kept.parent_span_id, 'hex') as parent_span_id, (extract(epoch from kept.started_at) * 1000000)::bigint as start_micros,
  kept.duration_nano, kept.provider, kept.model, kept.request_model, kept.response_model, kept.input_uncached, kept.cache_read,
  kept.cache_write_5m, kept.cache_write_1h, kept.output, kept.reasoning, kept.usage_other, kept.reported_cost_usd::text as reported_cost_usd,
  kept.price_facts, kept.figures_rank, kept.charge, ${priceNames}`;

/** The condition for a parameter of LIKE patterns. */
function isOfModels(parameter: string): string {
  return `(${parameter}::text[] is null or kept.model like any (${parameter}) or kept.request_model like any (${parameter}))`;
}

const inOrder = 'kept.started_at, kept.trace_id, kept.span_id';

const pageSql = `
select ${facts}
from tollgate_data.calls as kept
where kept.tenant = $1 and kept.started_at >= $2::timestamptz and kept.started_at < $3::timestamptz
  and (${inOrder}) > ($2::timestamptz, decode($4, 'hex'), decode($5, 'hex')) and ${isOfModels('$6')}
order by ${inOrder} limit $7`;

/** The place of a call in the order of the pages. */
export interface PagePlace {
  readonly startMicros: number;
  /** '' is before all. */
  readonly traceId: string;
  readonly spanId: string;
}

/** At most `limit` calls after a place, by start. */
export async function selectPage(
  client: Queries,
  { tenant, toMicros, models }: RepricedCalls,
  after: PagePlace,
  limit: number,
): Promise<readonly StoredCall[]> {
  const { startMicros, traceId, spanId } = after;
  const values = [tenant, instant(startMicros), instant(toMicros), traceId, spanId, patternsOf(models), limit];
  return (await client.query<StoredCallRow>(pageSql, values)).map((row) => storedCallOf(tenant, row));
}

/** A trace, and the times between which its calls start that are asked for, both inclusive. */
interface TraceTimes {
  readonly traceId: string;
  readonly firstMicros: number;
  readonly lastMicros: number;
}

const timesColumns = [
  hex<TraceTimes>('trace_id', (trace) => trace.traceId),
  timestamptz<TraceTimes>('first_at', (trace) => trace.firstMicros),
  timestamptz<TraceTimes>('last_at', (trace) => trace.lastMicros),
];

/** For the tenant `is not distinct from`: see `sameIdentity`. */
const tracesSql = `
select ${facts}
from ${unnestOf(timesColumns)} as given (${namesOf(timesColumns)})
join tollgate_data.calls as kept on kept.trace_id = given.trace_id and kept.tenant is not distinct from $4
  and kept.started_at >= given.first_at and kept.started_at <= given.last_at and ${isWithinBounds('kept', 5)}
where ${isOfModels('$7')}
order by ${inOrder}`;

/** The calls of some traces, by start. */
export async function selectCallsOfTraces(
  client: Queries,
  { tenant, models }: RepricedCalls,
  traces: readonly TraceTimes[],
): Promise<readonly StoredCall[]> {
  if (traces.length === 0) return [];
  const bounds = startBounds(traces.flatMap(({ firstMicros, lastMicros }) => [firstMicros, lastMicros]));
  const values = [...encodeColumns(timesColumns, traces), tenant, ...bounds, patternsOf(models)];
  return (await client.query<StoredCallRow>(tracesSql, values)).map((row) => storedCallOf(tenant, row));
}

function instant(micros: number): string {
  return formatInstant(BigInt(micros));
}

function patternsOf(models: readonly string[] | null): readonly string[] | null {
  return models === null
    ? null
    : models.map((model) => model.replaceAll(/[\\%_]/g, (char) => `\\${char}`).replaceAll('*', '%'));
}
