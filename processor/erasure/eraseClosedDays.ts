import { type Rollup, rollups } from '../../src/ledger.ts';
import type { Queries } from '../store/database.ts';
import { measureNames } from '../store/ledgerRows.ts';
import { isoDate, partitionOf } from '../store/partitions.ts';
import { DAY_MICROS, rollupColumns } from '../store/rollUp.ts';
import { selectClosingDate } from '../store/statements/selectClosingDate.ts';
import type { ErasedCounts, Erasure } from './erasure.ts';
import type { ErasureRun } from './erasureRun.ts';

const DAY_MS = 86_400_000;
const ofUsers = rollups.filter(({ dimensions }) => dimensions.includes('user_id'));

/** Of days whose ledger retention has dropped there are sums alone: these are added to those of the other id. */
export async function eraseClosedDays(run: ErasureRun): Promise<void> {
  const { tenant } = run.erasure;
  const closedBefore = (await run.ask(selectClosingDate)) / DAY_MICROS;
  const first = await run.ask((client) => firstDay(client, tenant));
  const begun = run.erasure.day === null ? -Infinity : Date.parse(`${run.erasure.day}T00:00:00Z`) / DAY_MS;
  for (let day = Math.max(first ?? Infinity, begun); day < closedBefore; day += 1) {
    const iso = isoDate(day);
    run.goTo(run.erasure.step, iso);
    const isFound = await run.ask((client) => isNamed(client, run.erasure, iso));
    if (isFound) await run.commit((client) => eraseDay(client, run.erasure, iso));
  }
}

/** Days since 1970. The sums of days begin with `rollup_daily`, which has one for each of the others. */
async function firstDay(client: Queries, tenant: string): Promise<number | null> {
  const [row] = await client.query<{ first: number | null }>(
    `select min(day) - date '1970-01-01' as first from tollgate_data.rollup_daily where tenant = $1`,
    [tenant],
  );
  return row?.first ?? null;
}

function inDay({ period }: Rollup): string {
  if (period === 'day') return 'kept.day = $2::date';
  return `kept.hour >= $2::date::timestamp at time zone 'UTC' and kept.hour < ($2::date + 1)::timestamp at time zone 'UTC'`;
}

const isNamedSql = `select ${ofUsers
  .map(
    (rollup) =>
      `exists (select from tollgate_data.${rollup.table} as kept where kept.tenant = $1 and ${inDay(rollup)} and kept.user_id = $3)`,
  )
  .join(' or ')} as is_named`;

async function isNamed(client: Queries, { tenant, user }: Erasure, day: string): Promise<boolean> {
  const [row] = await client.query<{ is_named: boolean }>(isNamedSql, [tenant, day, user]);
  return row?.is_named === true;
}

async function eraseDay(client: Queries, { tenant, user, erasedAs }: Erasure, day: string): Promise<ErasedCounts> {
  const [ledger] = await client.query<{ is_there: boolean }>('select to_regclass($1) is not null as is_there', [
    partitionOf('ledger', day),
  ]);
  // Before the closing date and not dropped yet: its rows are bookings' sums, and who dropped none of them moves them.
  if (ledger?.is_there === true) return {};
  const counts: Record<string, number> = {};
  for (const rollup of ofUsers) {
    const rows = await client.query(moveSql(rollup), [tenant, day, user, erasedAs]);
    counts[rollup.table] = rows.length;
  }
  return counts;
}

/** As `rollUp` hashes them: a NUL before each dimension. */
function dimsOf({ dimensions }: Rollup): string {
  const named = dimensions.map((name) => `'\\x00'::bytea || convert_to(${name === 'user_id' ? '$4' : name}, 'UTF8')`);
  return `decode(md5(${named.join(' || ')}), 'hex')`;
}

/** A row of the other id may be there already: of an erasure that was interrupted, or a day that was closed meanwhile. */
function moveSql(rollup: Rollup): string {
  const columns = rollupColumns(rollup).map(({ name }) => name);
  const written = columns.map((name) => (name === 'dims' ? dimsOf(rollup) : name === 'user_id' ? '$4' : name));
  const sums = measureNames.map((name) => `${name} = kept.${name} + excluded.${name}`);
  const seen = [
    'first_seen = least(kept.first_seen, excluded.first_seen)',
    'last_seen = greatest(kept.last_seen, excluded.last_seen)',
  ];
  return `
with gone as (
  delete from tollgate_data.${rollup.table} as kept
  where kept.tenant = $1 and ${inDay(rollup)} and kept.user_id = $3
  returning *
)
insert into tollgate_data.${rollup.table} as kept (${columns.join(', ')})
select ${written.join(', ')} from gone
on conflict (tenant, ${rollup.period}, dims) do update set ${[...sums, ...(rollup.seen ? seen : [])].join(', ')}
returning 1 as one`;
}
