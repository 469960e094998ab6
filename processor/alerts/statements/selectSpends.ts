import { formatUsd, type FemtoUsd } from '../../../src/money.ts';
import { storedUsd } from '../../gate/reservationState.ts';
import type { Queries } from '../../store/database.ts';
import type { Spend } from '../spikes.ts';

/** Of a tenant; the others are too small to be a spike of theirs. */
const AGENTS_MAX = 100;

/** Of each agent and of all together, which has null. */
const sqlOf = (table: string, period: string, type: string) => `
select agent, (extract(epoch from ${period}) * 1000000)::bigint as start_micros, sum(cost_usd) as cost_usd
from tollgate_data.${table}
where tenant = $1 and ${period} = any($2::${type}[])
group by grouping sets ((${period}), (${period}, agent))`;

/** Those that reach the floor, the dearest first. */
const dear = `
having sum(cost_usd) >= $3::numeric
order by sum(cost_usd) desc
limit $4`;

/** Of the agents named, and of all. */
const named = `
having grouping(agent) = 1 or agent = any($3::text[])`;

const tables = {
  hour: sqlOf('rollup_hourly', 'hour', 'timestamptz'),
  day: sqlOf('rollup_daily', 'day', 'date'),
};

interface SpendRow {
  readonly agent: string | null;
  readonly start_micros: string;
  readonly cost_usd: string;
}

export interface SpendQuestion {
  readonly tenant: string;
  readonly period: 'hour' | 'day';
  /** The hours or days looked at. */
  readonly starts: readonly number[];
  readonly floorFemtoUsd: FemtoUsd;
  /** The hours or days they are compared with. */
  readonly startsBefore: readonly number[];
}

/** What the dearest agents spent, and before; nothing where none reaches the floor. At most 101 rows an hour or day. */
export async function selectSpends(client: Queries, question: SpendQuestion): Promise<Spend[]> {
  const { tenant, period, starts, startsBefore, floorFemtoUsd } = question;
  const now = await client.query<SpendRow>(tables[period] + dear, [
    tenant,
    starts.map(instantText),
    formatUsd(floorFemtoUsd),
    starts.length * (AGENTS_MAX + 1),
  ]);
  if (now.length === 0) return [];
  const agents = [...new Set(now.flatMap(({ agent }) => (agent === null ? [] : [agent])))];
  const before = await client.query<SpendRow>(tables[period] + named, [tenant, startsBefore.map(instantText), agents]);
  return [...now, ...before].map((row) => ({
    agent: row.agent,
    startMicros: Number(row.start_micros),
    femtoUsd: storedUsd(row.cost_usd),
  }));
}

/** Also as a date, at midnight UTC. */
function instantText(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
