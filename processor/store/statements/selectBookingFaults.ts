/** Finds what is not as it has to be in a day ($1), at most $2 rows of `key`, `expected`, `found`. */
export interface AuditStatement {
  /** The table whose rows are wrong. */
  readonly table: string;
  readonly sql: string;
}

export const IN_DAY = `started_at >= $1::date::timestamp at time zone 'UTC' and started_at < ($1::date + 1)::timestamp at time zone 'UTC'`;

export const identity = ['tenant', 'trace_id', 'span_id', 'started_at'];

const identityOf = identity.join(', ');
const identityJson = identity.map((name) => `'${name}', ${name}::text`).join(', ');

/** The count on the call is where its next booking is numbered from. */
const entryCountStatement: AuditStatement = {
  table: 'calls',
  sql: `
select jsonb_build_object(${identityJson}) as key,
  jsonb_build_object('entry_count', coalesce(booked.count, 0)::text) as expected,
  case when call.entry_count is not null then jsonb_build_object('entry_count', call.entry_count::text) end as found
from (select ${identityOf}, count(*) as count from tollgate_data.ledger where ${IN_DAY} group by ${identityOf}) as booked
full join (select ${identityOf}, entry_count from tollgate_data.calls where ${IN_DAY}) as call using (${identityOf})
where coalesce(booked.count, 0) is distinct from call.entry_count
limit $2`,
};

/** Entries of a call are numbered from 0 without a gap: none was taken out. They never come to more than one call, or to less than none. */
const entryNumberStatement: AuditStatement = {
  table: 'ledger',
  sql: `
select jsonb_build_object(${identityJson}) as key,
  jsonb_build_object('first_entry', '0', 'last_entry', (count(*) - 1)::text, 'calls', least(greatest(sum(calls), 0), 1)::text) as expected,
  jsonb_build_object('first_entry', min(entry_no)::text, 'last_entry', max(entry_no)::text, 'calls', sum(calls)::text) as found
from tollgate_data.ledger where ${IN_DAY}
group by ${identityOf}
having min(entry_no) <> 0 or max(entry_no) <> count(*) - 1 or sum(calls) not in (0, 1)
limit $2`,
};

export const entryStatements: readonly AuditStatement[] = [entryCountStatement, entryNumberStatement];

const isWinner = `winner.trace_id = named.winner_trace and winner.span_id = named.winner_span and winner.tenant is not distinct from named.tenant`;

/**
 * The charged copy that a duplicate's reason names is charged. It is looked for on the days around first, since the key of a call
 * ends with its start and every other day costs a probe. It may have been dropped: then its trace began before the closing
 * date, or is not known any more (one that is only locked begins after it ends).
 */
export const winnerStatement: AuditStatement = {
  table: 'calls',
  sql: `
with named as (
  select ${identityOf}, charge_reason,
    case when is_named then decode(substring(charge_reason from '([0-9a-f]{32})/'), 'hex') end as winner_trace,
    case when is_named then decode(right(charge_reason, 16), 'hex') end as winner_span
  from (
    select *, coalesce(charge_reason ~ '^[a-z_]+ [0-9a-f]{32}/[0-9a-f]{16}$', false) as is_named
    from tollgate_data.calls where charge = 'duplicate' and ${IN_DAY}
  ) as duplicate
), far as (
  select * from named where not exists (
    select 1 from tollgate_data.calls as winner
    where ${isWinner} and winner.charge = 'charged'
      and winner.started_at >= ($1::date - 1)::timestamp at time zone 'UTC' and winner.started_at < ($1::date + 2)::timestamp at time zone 'UTC'
  )
)
select jsonb_build_object(${identityJson}, 'charge_reason', charge_reason) as key,
  jsonb_build_object('charge_of_the_charged_copy', 'charged') as expected,
  jsonb_build_object('charge_of_the_charged_copy', winner.charge) as found
from far as named
left join lateral (
  select charge from tollgate_data.calls as winner where ${isWinner} order by (charge = 'charged') desc limit 1
) as winner on true
where winner.charge is distinct from 'charged' and not (
  winner.charge is null and winner_trace is not null and exists (select 1 from tollgate_data.closing_date) and not exists (
    select 1 from tollgate_data.traces as trace cross join tollgate_data.closing_date as closing
    where trace.trace_id = named.winner_trace and trace.tenant is not distinct from named.tenant
      and trace.first_at >= closing.closed_before::timestamp at time zone 'UTC' and trace.first_at <= trace.last_at
  )
)
limit $2`,
};
