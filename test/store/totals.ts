import type { Database } from '../../processor/store/database.ts';

export interface Totals {
  readonly calls: string;
  readonly cost: string;
}

/** Calls and cost as each table has them: the calls in force, the ledger and the four sums of it. */
export async function totals(database: Database): Promise<Record<string, Totals>> {
  const sums: Record<string, Totals> = {};
  for (const table of ['ledger', 'rollup_daily', 'rollup_hourly', 'session_daily', 'run_daily']) {
    sums[table] = await one(
      database,
      `select coalesce(sum(calls), 0)::text as calls, coalesce(sum(cost_usd), 0)::text as cost from tollgate_data.${table}`,
    );
  }
  sums['calls'] = await one(
    database,
    `select count(*)::text as calls, coalesce(sum(cost_usd), 0)::text as cost from tollgate_data.calls where charge = 'charged'`,
  );
  return sums;
}

async function one(database: Database, sql: string): Promise<Totals> {
  const [row] = await database.query<{ calls: string; cost: string }>(sql);
  // numeric prints the scale it was summed in: 0 is '0' in an empty table and '0.000000000000000' in a full one.
  const { calls, cost } = row ?? { calls: '0', cost: '0' };
  return { calls, cost: cost.includes('.') ? cost.replace(/\.?0+$/, '') : cost };
}

/** Everything that is stored about calls and spans, without when it was booked: equal for equal exports in whatever order. */
export async function contents(database: Database): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  const without = `- 'received_at' - 'booked_at' - 'entry_no' - 'reason' - 'entry_count'`;
  for (const table of ['calls', 'rollup_daily', 'rollup_hourly', 'session_daily', 'run_daily']) {
    const rows = await database.query<{ row: unknown }>(
      `select to_jsonb(kept) ${without} as row from tollgate_data.${table} as kept order by 1`,
    );
    all[table] = rows.map(({ row }) => row);
  }
  const spans = await database.query<{ row: unknown }>(
    'select to_jsonb(span) as row from tollgate.spans as span order by 1',
  );
  all['spans'] = spans.map(({ row }) => row);
  return all;
}

export async function empty(database: Database): Promise<void> {
  await database.query(
    'truncate tollgate_data.spans, tollgate_data.calls, tollgate_data.ledger, tollgate_data.rollup_daily, tollgate_data.rollup_hourly, tollgate_data.session_daily, tollgate_data.run_daily',
  );
}
