import { NO_DIMENSION } from '../../src/ledger.ts';
import type { Queries } from '../store/database.ts';
import { type Filters, filterConditions } from './facts.ts';
import { formatInstant } from './instant.ts';
import { trimUsd } from './measures.ts';
import type { Period } from './period.ts';
import { sqlValues } from './sqlText.ts';

/**
 * The most calls that are read for it, whatever their charge. Rollups do not know who stands above whom, so this sum is taken
 * over single calls. 20,000 of them take about 60 ms; a list page may take 200.
 */
export const PATH_CALLS_MAX = 20_000;

export interface WithBelow {
  readonly with_below_calls: number | null;
  readonly with_below_cost_usd: string | null;
}

export interface WithBelowQuestion extends Period {
  readonly tenant: string;
  readonly agent: string;
  /** Beside the agent. */
  readonly filters: Filters;
}

interface Row {
  readonly read: string;
  readonly calls: string;
  readonly unpriced_calls: string;
  readonly cost_usd: string;
}

/** Charged calls of a period whose agent, or one of those above it, is the one asked for; unknown where there are too many to read. */
export async function readWithBelow(
  client: Queries,
  question: WithBelowQuestion,
  callsMax = PATH_CALLS_MAX,
): Promise<WithBelow> {
  const sql = sqlValues();
  const { tenant, agent, filters, from, to } = question;
  const name = `${sql.add(agent)}::text`;
  const isOfAgent = `(agent = ${name} or agent_path ? ${name}${agent === NO_DIMENSION ? ' or agent is null' : ''})`;
  const counted = [`charge = 'charged'`, isOfAgent, ...filterConditions(filters, sql)].join(' and ');
  const within = [
    `tenant = ${sql.add(tenant)}::text`,
    `started_at >= ${sql.add(formatInstant(from))}::timestamptz`,
    `started_at < ${sql.add(formatInstant(to))}::timestamptz`,
  ].join(' and ');
  const text = `
select count(*) as read, count(*) filter (where ${counted}) as calls, count(*) filter (where ${counted} and cost_usd is null) as unpriced_calls,
  coalesce(sum(cost_usd) filter (where ${counted}), 0) as cost_usd
from (select * from tollgate_data.calls where ${within} limit ${callsMax + 1}) as call`;
  const [row] = await client.query<Row>(text, sql.values);
  if (row === undefined) throw new Error('a count without grouping yields exactly one row');
  if (Number(row.read) > callsMax) return { with_below_calls: null, with_below_cost_usd: null };
  const isUnknown = row.calls !== '0' && row.unpriced_calls === row.calls;
  return { with_below_calls: Number(row.calls), with_below_cost_usd: isUnknown ? null : trimUsd(row.cost_usd) };
}
