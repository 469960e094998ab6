import { measureNames } from '../processor/store/ledgerRows.ts';
import type { Database, Queries } from '../processor/store/database.ts';
import { createPartitions, isoDate } from '../processor/store/partitions.ts';
import { DAY_MICROS } from '../processor/store/rollUp.ts';
import { rollups, type Rollup } from '../src/ledger.ts';
import { USER_POWER, USERS } from './filledTraffic.ts';

/**
 * Fills days with copies of the sessions of a week that the service took in: each with other ids, mostly another user, a start
 * some minutes later, and only so many sessions of an agent as the day has. The rollups are the sums of the copied ledger.
 */
export interface CopiedDay {
  /** Days since 1970. */
  readonly day: number;
  /** The day of the same weekday that is copied. */
  readonly baseDay: number;
  readonly tenant: string;
  /** Parts all ids of one copy from those of another. */
  readonly label: string;
  /** The share of the sessions that is copied, by agent. */
  readonly shares: ReadonlyMap<string, number>;
}

const BASE_TABLES = ['calls', 'ledger', 'spans', 'traces'] as const;
type BaseTable = (typeof BASE_TABLES)[number];
/** A moved session is still of its day: none begins in the last minutes. */
const MOVED_SECONDS_MAX = 600;
const KEPT_USERS = 0.3;

/** 0 to 1, by a session and a label. */
const drawn = (label: string): string =>
  `(('x' || substr(md5(base.session_id || ${label}), 1, 8))::bit(32)::bigint / 4294967296.0)::float8`;

/** Keeps what the store has as the week to copy from, in schema bench_base. */
export async function keepBase(database: Database): Promise<void> {
  await database.transaction(async (client) => {
    await client.query('set local statement_timeout = 0');
    await client.query('drop schema if exists bench_base cascade');
    await client.query('create schema bench_base');
    await client.query(`create unlogged table bench_base.calls as select * from tollgate_data.calls`);
    await client.query(`create unlogged table bench_base.ledger as select * from tollgate_data.ledger`);
    await client.query(`create unlogged table bench_base.sessions as
      select session_id, min(agent) as agent, (min(started_at) at time zone 'UTC')::date as day from bench_base.calls group by session_id`);
    await client.query(
      `create temp table trace_session on commit drop as select distinct trace_id, session_id from bench_base.calls`,
    );
    for (const table of ['spans', 'traces']) {
      await client.query(`create unlogged table bench_base.${table} as
        select kept.*, of.session_id as of_session from tollgate_data.${table} as kept join trace_session as of using (trace_id)`);
    }
    for (const table of ['calls', 'ledger']) await client.query(`create index on bench_base.${table} (session_id)`);
    for (const table of ['spans', 'traces']) await client.query(`create index on bench_base.${table} (of_session)`);
    await client.query('analyze bench_base.calls, bench_base.ledger, bench_base.spans, bench_base.traces');
  });
}

export async function dropBase(database: Database): Promise<void> {
  await database.query('drop schema bench_base cascade');
}

/** Calls of the week by its days, as days since 1970. */
export async function baseCalls(database: Database): Promise<ReadonlyMap<number, number>> {
  const rows = await database.query<{ day: number; calls: string }>(
    `select (started_at at time zone 'UTC')::date - date '1970-01-01' as day, count(*) as calls from bench_base.calls group by 1`,
  );
  return new Map(rows.map(({ day, calls }) => [day, Number(calls)]));
}

const TRACE = `decode(md5(encode(kept.trace_id, 'hex') || $1::text), 'hex')`;
const moved = (column: string): string => `kept.${column} + map.moved`;

/** Of each column that a copy has otherwise, what it has. */
const replaced: Readonly<Record<BaseTable, Readonly<Record<string, string>>>> = {
  calls: {
    tenant: '$2::text',
    trace_id: TRACE,
    started_at: moved('started_at'),
    received_at: moved('received_at'),
    user_id: 'map.new_user',
    session_id: 'map.new_session',
    run_id: `encode(${TRACE}, 'hex')`,
    response_id: `kept.response_id || $1::text`,
    own: `kept.own || jsonb_build_object('user', map.new_user, 'session', map.new_session)`,
  },
  ledger: {
    tenant: '$2::text',
    trace_id: TRACE,
    started_at: moved('started_at'),
    booked_at: moved('booked_at'),
    user_id: 'map.new_user',
    session_id: 'map.new_session',
    run_id: `encode(${TRACE}, 'hex')`,
  },
  spans: { tenant: '$2::text', trace_id: TRACE, started_at: moved('started_at') },
  traces: { tenant: '$2::text', trace_id: TRACE, first_at: moved('first_at'), last_at: moved('last_at') },
};

async function copyStatement(client: Queries, table: BaseTable): Promise<string> {
  const columns = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'tollgate_data.${table}'::regclass and attnum > 0 and not attisdropped order by attnum`,
  );
  const names = columns.map(({ name }) => name);
  const session = table === 'calls' || table === 'ledger' ? 'session_id' : 'of_session';
  return `
insert into tollgate_data.${table} (${names.join(', ')})
select ${names.map((name) => replaced[table][name] ?? `kept.${name}`).join(', ')}
from bench_map as map join bench_base.${table} as kept on kept.${session} = map.session_id`;
}

const mapStatement = `
create temp table bench_map on commit drop as
select base.session_id, 'conv-' || substr(md5(base.session_id || $1::text), 1, 16) as new_session,
  case when ${drawn(`'kept' || $1::text`)} < ${KEPT_USERS} then base.user_id
    else 'user-' || floor(${USERS} * power(${drawn(`'user' || $1::text`)}, ${USER_POWER}))::int end as new_user,
  ($2::int * interval '1 day') + floor(${MOVED_SECONDS_MAX} * ${drawn(`'moved' || $1::text`)}) * interval '1 second' as moved
from (
  select session.*, (select user_id from bench_base.calls as call where call.session_id = session.session_id limit 1) as user_id
  from bench_base.sessions as session where day = $3::date
) as base
join unnest($4::text[], $5::float8[]) as wanted (agent, share) on wanted.agent = base.agent
where ${drawn(`'taken' || $1::text`)} < wanted.share`;

/** All copies of one day, and the sums of all that the day then has. */
export async function fillDay(database: Database, copies: readonly CopiedDay[]): Promise<void> {
  const [first] = copies;
  if (first === undefined) return;
  await createPartitions(database).ensure([first.day * DAY_MICROS]);
  await database.transaction(async (client) => {
    await client.query('set local statement_timeout = 0');
    await client.query('set local synchronous_commit = off');
    for (const { day, baseDay, tenant, label, shares } of copies) {
      const wanted = [[...shares.keys()], [...shares.values()]];
      await client.query(mapStatement, [label, day - baseDay, isoDate(baseDay), ...wanted]);
      await client.query('analyze bench_map');
      for (const table of BASE_TABLES) await client.query(await copyStatement(client, table), [label, tenant]);
      await client.query('drop table bench_map');
    }
    for (const rollup of rollups) await sumDay(client, rollup, isoDate(first.day));
  });
}

async function sumDay(client: Queries, rollup: Rollup, isoDay: string): Promise<void> {
  const inDay = (column: string): string =>
    `${column} >= $1::date::timestamp at time zone 'UTC' and ${column} < ($1::date + 1)::timestamp at time zone 'UTC'`;
  const period = rollup.period === 'day' ? '$1::date' : `date_trunc('hour', started_at, 'UTC')`;
  await client.query(
    `delete from tollgate_data.${rollup.table} where ${rollup.period === 'day' ? 'day = $1::date' : inDay('hour')}`,
    [isoDay],
  );
  const dims = rollup.dimensions.map((name) => `'\\x00'::bytea || convert_to(${name}, 'UTF8')`).join(' || ');
  const names = rollup.dimensions.join(', ');
  const seen = rollup.seen ? ['first_seen', 'last_seen'] : [];
  const columns = ['tenant', rollup.period, 'dims', ...rollup.dimensions, ...seen, ...measureNames];
  await client.query(
    `insert into tollgate_data.${rollup.table} (${columns.join(', ')})
select tenant, ${period}, decode(md5(${dims}), 'hex'), ${names}${rollup.seen ? ', min(started_at), max(started_at)' : ''},
  ${measureNames.map((name) => `sum(${name})`).join(', ')}
from tollgate_data.ledger where ${inDay('started_at')} group by tenant, 2, ${names} having sum(calls) > 0`,
    [isoDay],
  );
}
