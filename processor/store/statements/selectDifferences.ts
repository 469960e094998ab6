import { NO_DIMENSION, rollups, type Rollup } from '../../../src/ledger.ts';
import { dimensionNames, measureNames } from '../ledgerRows.ts';
import { type AuditStatement, IN_DAY, identity, entryStatements, winnerStatement } from './selectBookingFaults.ts';

const HOUR_IN_DAY = IN_DAY.replaceAll('started_at', 'hour');

const measureSums = measureNames.map((name) => `sum(${name}) as ${name}`).join(', ');
/** A key whose calls were all booked back is no row of a rollup. */
const IS_NOT_ZERO = measureNames.map((name) => `sum(${name}) <> 0`).join(' or ');

function rollupStatement(rollup: Rollup): AuditStatement {
  const key = ['tenant', rollup.period, ...rollup.dimensions];
  const period = rollup.period === 'day' ? '$1::date' : `date_trunc('hour', started_at, 'UTC')`;
  const booked = `
  select tenant, ${period} as ${rollup.period}, ${rollup.dimensions.join(', ')}, ${measureSums}
  from tollgate_data.ledger where ${IN_DAY}
  group by 1, 2, ${rollup.dimensions.join(', ')}
  having ${IS_NOT_ZERO}`;
  const kept = `
  select ${key.join(', ')}, ${measureSums}
  from tollgate_data.${rollup.table} where ${rollup.period === 'day' ? 'day = $1::date' : HOUR_IN_DAY}
  group by ${key.join(', ')}`;
  return { table: rollup.table, sql: comparison(key, measureNames, booked, kept) };
}

/** First and last start, against the calls in force. */
function seenStatement(rollup: Rollup): AuditStatement {
  const key = ['tenant', 'day', ...rollup.dimensions];
  const named = rollup.dimensions.map((name) => `coalesce(${name}, '${NO_DIMENSION}') as ${name}`);
  const charged = `
  select tenant, $1::date as day, ${rollup.dimensions.join(', ')}, min(started_at) as first_seen, max(started_at) as last_seen
  from (select tenant, started_at, ${named.join(', ')} from tollgate_data.calls where charge = 'charged' and ${IN_DAY}) as charged
  group by 1, 2, ${rollup.dimensions.join(', ')}`;
  const kept = `select ${key.join(', ')}, first_seen, last_seen from tollgate_data.${rollup.table} where day = $1::date`;
  return { table: rollup.table, sql: comparison(key, ['first_seen', 'last_seen'], charged, kept) };
}

/** What each measure is worth on one charged call. */
const callMeasures: Readonly<Record<string, string>> = {
  calls: '1',
  unpriced_calls: `(cost_status = 'unpriced')::int`,
  error_calls: `(status = 'error')::int`,
  cost_usd: 'coalesce(cost_usd, 0)',
};

function callStatement(): AuditStatement {
  const named = dimensionNames.map((name) => `coalesce(${name}, '${NO_DIMENSION}') as ${name}`);
  const measures = measureNames.map((name) => `(${callMeasures[name] ?? name})::numeric as ${name}`);
  const booked = `
  select ${[...identity, ...dimensionNames].join(', ')}, ${measureSums}
  from tollgate_data.ledger where ${IN_DAY}
  group by ${[...identity, ...dimensionNames].join(', ')}
  having ${IS_NOT_ZERO}`;
  const kept = `
  select ${[...identity, ...named, ...measures].join(', ')}
  from tollgate_data.calls where charge = 'charged' and ${IN_DAY}`;
  return { table: 'calls', sql: comparison([...identity, ...dimensionNames], measureNames, booked, kept) };
}

function comparison(key: readonly string[], values: readonly string[], expected: string, found: string): string {
  const record = (table: string): string =>
    `case when ${table}.tenant is not null then jsonb_build_object(${values.map((name) => `'${name}', ${table}.${name}::text`).join(', ')}) end`;
  const list = (table: string): string => values.map((name) => `${table}.${name}`).join(', ');
  return `
with expected as (${expected}), found as (${found})
select jsonb_build_object(${key.map((name) => `'${name}', ${name}::text`).join(', ')}) as key,
  ${record('expected')} as expected, ${record('found')} as found
from expected full join found using (${key.join(', ')})
where (${list('expected')}) is distinct from (${list('found')})
limit $2`;
}

/** Of a closed day there is no ledger: the sums of each rollup against the closing balances, tenant by tenant. */
function closingStatement(rollup: Rollup): AuditStatement {
  const balances = `
  select tenant, day, ${measureNames.join(', ')}
  from tollgate_data.closing_balances
  where day = $1::date and (${measureNames.map((name) => `${name} <> 0`).join(' or ')})`;
  const kept = `
  select tenant, $1::date as day, ${measureSums}
  from tollgate_data.${rollup.table} where ${rollup.period === 'day' ? 'day = $1::date' : HOUR_IN_DAY}
  group by tenant
  having ${IS_NOT_ZERO}`;
  return { table: rollup.table, sql: comparison(['tenant', 'day'], measureNames, balances, kept) };
}

/** A day that has a ledger is not closed. */
const openBalancesStatement: AuditStatement = {
  table: 'closing_balances',
  sql: `
select jsonb_build_object('tenant', tenant, 'day', day::text) as key, null::jsonb as expected,
  jsonb_build_object('entry_count', entry_count::text, 'cost_usd', cost_usd::text) as found
from tollgate_data.closing_balances where day = $1::date
limit $2`,
};

/** Of a day that has its ledger. */
export const openDayStatements: readonly AuditStatement[] = [
  callStatement(),
  ...entryStatements,
  winnerStatement,
  ...rollups.map(rollupStatement),
  ...rollups.filter(({ seen }) => seen).map(seenStatement),
  openBalancesStatement,
];

/** Of a day whose ledger retention has dropped. */
export const closedDayStatements: readonly AuditStatement[] = rollups.map(closingStatement);
