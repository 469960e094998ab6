import { noTags } from '../../src/attribution/tags.ts';
import type { Budget, BudgetWindow } from '../../src/policy/budget.ts';
import { type CallFacts, noMeasures, type PostedMeasures, type Posting } from '../../src/policy/posting.ts';
import { bucketMicros } from '../../src/policy/rolling.ts';
import { timestamptz } from '../store/columns.ts';
import { instant } from './budgetRows.ts';
import { CLAIM_SKEW_MICROS } from './claims.ts';
import type { Statement } from './readPages.ts';
import { storedUsd } from './reservationState.ts';

export interface AskedPostings {
  /** Null: of every tenant. */
  readonly tenant: string | null;
  /** Postings at it and after it. */
  readonly fromMicros: number;
  /** Those that the postings are for. A dimension that none of them matches or counts by is null in the facts, or no tag. */
  readonly budgets: readonly Budget[];
  /** Instants, besides `fromMicros` and those of windows and buckets, before and after which is never summed: where a counter begins to count. */
  readonly edgesMicros: readonly number[];
}

/** Calls whose facts and windows are one. */
export interface ChargeSum {
  readonly tenant: string;
  readonly agent: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly run_id: string | null;
  readonly model: string | null;
  readonly response_model: string | null;
  readonly provider: string | null;
  readonly service: string | null;
  readonly environment: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly at_micros: string;
  readonly cost_usd: string;
  readonly unpriced_calls: string;
  readonly tokens: string;
  readonly calls: string;
  readonly overrun_cost_usd: string;
  readonly overrun_unpriced_calls: string;
  readonly overrun_tokens: string;
  readonly overrun_calls: string;
}

const columnsOfDimension: Readonly<Record<string, readonly string[]>> = {
  agent: ['agent'],
  user: ['user_id'],
  session: ['session_id'],
  run: ['run_id'],
  model: ['model', 'response_model'],
  provider: ['provider'],
  service: ['service'],
  environment: ['environment'],
};
/** Where the column of the calls is not what the name says: the requested model, else the one that answered. */
const sourceOf: Readonly<Record<string, string>> = { model: 'coalesce(request_model, model)' };
const columns = Object.values(columnsOfDimension).flat();
const TAG = 'tag.';
const KEPT_TAGS = `(select jsonb_object_agg(key, value) from jsonb_each(tags) where key = any($5::text[]))`;
const AT = 'coalesce(counted_at, started_at)';
const TOKENS_A_PART = BigInt(Number.MAX_SAFE_INTEGER);

/** The sums of charged calls, as far apart as the budgets ask. */
export function chargeStatement({ tenant, fromMicros, budgets, edgesMicros }: AskedPostings): Statement {
  const dimensions = new Set(budgets.flatMap(dimensionsOf));
  const kept = new Set([...dimensions].flatMap((dimension) => columnsOfDimension[dimension] ?? []));
  const tagNames = [...dimensions].filter((name) => name.startsWith(TAG)).map((name) => name.slice(TAG.length));
  const facts = columns.map((name) => `${kept.has(name) ? (sourceOf[name] ?? name) : 'null::text'} as ${name}`);
  const bucket = bucketOf(budgets);
  return {
    text: `
select tenant, ${columns.join(', ')}, tags, (extract(epoch from min(at)) * 1000000)::bigint as at_micros,
  ${sumsOf('', 'true')}, ${sumsOf('overrun_', 'not is_admitted')}
from (
  select tenant, ${facts.join(', ')}, ${tagNames.length === 0 ? 'null::jsonb' : KEPT_TAGS} as tags,
    ${AT} as at, cost_usd, input_tokens + output_tokens as tokens, reservation_id is not null as is_admitted
  from tollgate_data.calls
  where charge = 'charged' and ($1::text is null or tenant = $1)
    and ${AT} >= ${instant('$2')} and started_at >= ${instant('$3')}
) as call
group by tenant, ${columns.join(', ')}, tags, ${bucket}, width_bucket(at, $4::timestamptz[])`,
    values: [
      tenant,
      fromMicros,
      fromMicros - CLAIM_SKEW_MICROS,
      edges.encode([...new Set(edgesMicros)].sort((one, two) => one - two)),
      ...(tagNames.length === 0 ? [] : [tagNames]),
    ],
  };
}

const edges = timestamptz<number>('edges', (micros) => micros);

function sumsOf(prefix: string, condition: string): string {
  return `coalesce(sum(cost_usd) filter (where ${condition}), 0) as ${prefix}cost_usd,
  count(*) filter (where ${condition} and cost_usd is null) as ${prefix}unpriced_calls,
  coalesce(sum(tokens) filter (where ${condition}), 0) as ${prefix}tokens, count(*) filter (where ${condition}) as ${prefix}calls`;
}

function dimensionsOf({ match, per, window }: Budget): readonly string[] {
  const ofWindow = window.kind === 'run' || window.kind === 'session' ? [window.kind] : [];
  return [...Object.keys(match), ...per, ...ofWindow];
}

/** Clocks are moved by whole minutes at whole minutes. */
const MINUTE_MICROS = 60_000_000;

/** What no edge of a window or of a rolling window's bucket lies inside. */
function bucketOf(budgets: readonly Budget[]): string {
  const grainMicros = budgets.map(({ window }) => grainOf(window)).reduce(greatestCommonDivisor, 0);
  return grainMicros === 0 ? `timestamptz 'epoch'` : `date_bin('${grainMicros} microseconds', at, timestamptz 'epoch')`;
}

/** 0: the window has no edge. */
function grainOf(window: BudgetWindow): number {
  if (window.kind === 'run' || window.kind === 'session') return 0;
  return window.kind === 'rolling' ? bucketMicros(window.ms) : MINUTE_MICROS;
}

function greatestCommonDivisor(one: number, two: number): number {
  return two === 0 ? one : greatestCommonDivisor(two, one % two);
}

/** The posting of a sum; several where its tokens are more than a safe integer holds, as only made-up usage is. */
export function postingsOfCharges(row: ChargeSum): readonly Posting[] {
  const facts: CallFacts = {
    tenant: row.tenant,
    agent: row.agent,
    user: row.user_id,
    session: row.session_id,
    run: row.run_id,
    model: row.model,
    responseModel: row.response_model,
    provider: row.provider,
    service: row.service,
    environment: row.environment,
    tags: row.tags ?? noTags,
  };
  const posting = (spent: PostedMeasures, overrun: PostedMeasures): Posting => ({
    facts,
    atMicros: Number(row.at_micros),
    spent,
    reserved: noMeasures,
    presumed: noMeasures,
    lapsed: noMeasures,
    overrun,
    late: noMeasures,
  });
  const tokens = partsOf(BigInt(row.tokens));
  const overrunTokens = partsOf(BigInt(row.overrun_tokens));
  const spent: PostedMeasures = {
    femtoUsd: storedUsd(row.cost_usd),
    unpricedCalls: Number(row.unpriced_calls),
    tokens: tokens[0] ?? 0,
    calls: Number(row.calls),
  };
  const overrun: PostedMeasures = {
    femtoUsd: storedUsd(row.overrun_cost_usd),
    unpricedCalls: Number(row.overrun_unpriced_calls),
    tokens: overrunTokens[0] ?? 0,
    calls: Number(row.overrun_calls),
  };
  const rest = tokens
    .slice(1)
    .map((more, place) =>
      posting({ ...noMeasures, tokens: more }, { ...noMeasures, tokens: overrunTokens[place + 1] ?? 0 }),
    );
  return [posting(spent, overrun), ...rest];
}

/** Safe integers that add up to it; not more of them for a lesser amount. */
function partsOf(tokens: bigint): readonly number[] {
  const parts: number[] = [];
  for (let left = tokens; left > 0n; left -= TOKENS_A_PART)
    parts.push(Number(left < TOKENS_A_PART ? left : TOKENS_A_PART));
  return parts;
}
