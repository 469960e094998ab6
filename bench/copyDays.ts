import { createPartitions } from '../processor/store/partitions.ts';
import type { Database } from '../processor/store/database.ts';
import { measureNames } from '../processor/store/ledgerRows.ts';

const DAY_MICROS = 86_400_000_000;

/** A trace of a copied day: the id of the original and the number of days back, hashed. */
const TRACE = `decode(md5(encode(kept.trace_id, 'hex') || $1::int), 'hex')`;
const BACK = `($1::int * interval '1 day')`;

/** All columns of a row, some of them replaced. */
function copyOf(table: string, replaced: Readonly<Record<string, string>>): string {
  const parts = Object.entries(replaced).map(([column, sql]) => `'${column}', ${sql}`);
  return `insert into tollgate_data.${table}
select copied.* from bench_${table} as kept cross join lateral jsonb_populate_record(kept, jsonb_build_object(${parts.join(', ')})) as copied`;
}

const dimensions = ['run_id', 'session_id', 'user_id', 'agent', 'model'];
const dims = dimensions.map((name) => `'\\x00'::bytea || convert_to(${name}, 'UTF8')`).join(' || ');

const statements = [
  copyOf('calls', {
    trace_id: TRACE,
    run_id: `encode(${TRACE}, 'hex')`,
    started_at: `kept.started_at - ${BACK}`,
    response_id: `kept.response_id || '/' || $1::int`,
  }),
  copyOf('ledger', {
    trace_id: TRACE,
    run_id: `encode(${TRACE}, 'hex')`,
    started_at: `kept.started_at - ${BACK}`,
  }),
  copyOf('traces', { trace_id: TRACE, first_at: `kept.first_at - ${BACK}`, last_at: `kept.last_at - ${BACK}` }),
  copyOf('rollup_daily', { day: 'kept.day - $1::int' }),
  copyOf('rollup_hourly', { hour: `kept.hour - ${BACK}` }),
  copyOf('session_daily', {
    day: 'kept.day - $1::int',
    first_seen: `kept.first_seen - ${BACK}`,
    last_seen: `kept.last_seen - ${BACK}`,
  }),
  // Runs are traces here, whose ids are others on each day.
  `insert into tollgate_data.run_daily (tenant, day, dims, ${dimensions.join(', ')}, first_seen, last_seen, ${measureNames.join(', ')})
select tenant, (min(started_at) at time zone 'UTC')::date, decode(md5(${dims}), 'hex'), ${dimensions.join(', ')}, min(started_at), max(started_at),
  ${measureNames.map((name) => `sum(${name})`).join(', ')}
from (select encode(${TRACE}, 'hex') as run_id, session_id, user_id, agent, model, tenant, started_at - ${BACK} as started_at, ${measureNames.join(', ')}
  from bench_ledger as kept) as copied
group by tenant, ${dimensions.join(', ')}`,
];

/** Copies all that the store has to each of so many days before; then it knows how its tables are filled. */
export async function copyDays(database: Database, days: number): Promise<void> {
  const [first] = await database.query<{ micros: string }>(
    'select (extract(epoch from min(started_at)) * 1000000)::bigint as micros from tollgate_data.calls',
  );
  const startMicros = Number(first?.micros ?? 0);
  const partitions = createPartitions(database);
  await partitions.ensure(Array.from({ length: days }, (_, day) => startMicros - (day + 1) * DAY_MICROS));
  await database.transaction(async (client) => {
    await client.query('set local statement_timeout = 0');
    const tables = ['calls', 'ledger', 'traces', 'rollup_daily', 'rollup_hourly', 'session_daily'];
    for (const table of tables) {
      await client.query(`create temp table bench_${table} on commit drop as select * from tollgate_data.${table}`);
    }
    for (let day = 1; day <= days; day += 1) for (const sql of statements) await client.query(sql, [day]);
    await client.query('analyze');
  });
}
