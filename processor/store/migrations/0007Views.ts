/**
 * Views of the gate: contract section 8. Immutable once released; a column is added at the end, none is renamed or removed.
 *
 * - As in 0002Views a role of tollgate_data.sql_roles sees its tenant only, the owner of the tables all, any other role nothing.
 * - A rolling counter is brought up to date when it is next used. What has left its window since is left out here: buckets are a 96th
 *   of the window, and those that begin before the one that holds (now − window) are gone.
 */
const bound = (table: string): string => `
  coalesce(
    ${table}.tenant = (select role.tenant from tollgate_data.sql_roles as role where role.role_name = current_user),
    (select pg_has_role(current_user, data.nspowner, 'usage') from pg_namespace as data where data.nspname = 'tollgate_data')
  )`;

const amounts = ['spent', 'reserved', 'overrun', 'expired_unsettled'];
const list = (columns: (name: string) => string): string => amounts.map(columns).join(', ');

const MICROS_PER_SECOND = 1_000_000;
const BUCKETS = 96;

const rolling = `
  select case when budget.definition ->> 'window' like 'rolling:%' then
    substring(budget.definition ->> 'window' from '^rolling:([0-9]+)')::bigint
      * case right(budget.definition ->> 'window', 1) when 'm' then 60 when 'h' then 3600 else 86400 end
  end as seconds`;

const rolledTo = `timestamptz 'epoch' + interval '1 microsecond' * (
    floor((extract(epoch from now()) - rolling.seconds) * ${BUCKETS} / rolling.seconds) * (rolling.seconds * ${MICROS_PER_SECOND} / ${BUCKETS})
  )::double precision`;

const budgetStatus = `
create view tollgate.budget_status with (security_barrier) as
select counter.tenant, budget.name as budget, counter.key,
  case when isfinite(counter.window_start) then counter.window_start end as window_start,
  case when isfinite(counter.window_end) then counter.window_end end as resets_at,
  written.unit, allowed.amount as limit_amount, ${list((name) => `held.${name}`).replace('held.overrun', 'allowed.amount - held.spent - held.reserved as left_amount, held.overrun')},
  round((held.spent + held.reserved) / allowed.amount, 6) as used_share, budget.definition ->> 'mode' as mode
from tollgate_data.counters as counter
join tollgate_data.budgets as budget on budget.budget_id = counter.budget_id
cross join lateral jsonb_each_text(budget.definition -> 'limit') as written (unit, amount)
cross join lateral (${rolling}) as rolling
cross join lateral (
  select ${list((name) => `counter.${name}`)} where rolling.seconds is null
  union all
  select ${list((name) => `coalesce(sum(bucket.${name}), 0)`)} from tollgate_data.counter_buckets as bucket
  where bucket.tenant = counter.tenant and bucket.counter_id = counter.id and bucket.bucket_start >= ${rolledTo}
  having rolling.seconds is not null
) as held
cross join lateral (
  select written.amount::numeric + counter.raised + coalesce((
    select sum(raise.amount) from tollgate_data.budget_raises as raise
    where raise.tenant = counter.tenant and raise.budget = budget.name and raise.starts_at <= now() and raise.ends_at > now()
      and (raise.key is null or counter.key @> raise.key)
  ), 0) as amount
) as allowed
where counter.window_start <= now() and counter.window_end > now() and ${bound('counter')};
`;

const alerts = `
create view tollgate.alerts with (security_barrier) as
select alert.tenant, alert.at, alert.type, alert.severity, alert.budget, alert.message, alert.data
from tollgate_data.alerts as alert
where ${bound('alert')};
`;

function comments(view: string, about: string, columns: Readonly<Record<string, string>>): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return [
    `comment on view tollgate.${view} is ${quoted(about)};`,
    ...Object.entries(columns).map(([name, text]) => `comment on column tollgate.${view}.${name} is ${quoted(text)};`),
  ].join('\n');
}

export const sql = `
${budgetStatus}
${alerts}
${comments('budget_status', 'One row a counter of a budget whose window holds this moment.', {
  tenant: 'Tenant.',
  budget: 'Name of the budget.',
  key: "The dimensions it counts by, with their values, '(none)' for a missing one; {} where it counts all together.",
  window_start: 'Start of the window. Null for run, session and rolling windows.',
  resets_at: 'End of the window. Null for run, session and rolling windows.',
  unit: 'What amounts are: usd, tokens or calls.',
  limit_amount: 'The limit, with raises and what approvals added.',
  spent: 'Charged, settled, and presumed spent.',
  reserved: 'Bounds of calls that are being made.',
  left_amount: 'limit_amount less spent and reserved; below 0 after an overrun or a lowered limit.',
  overrun: 'What no admission had reserved.',
  expired_unsettled: 'Bounds of calls that nobody ever settled, given back.',
  used_share: 'spent and reserved over limit_amount; 1 is all of it.',
  mode: 'enforce, or shadow: counts and never refuses.',
})}
${comments('alerts', 'What alerts told.', {
  tenant: 'Tenant.',
  at: 'When it happened.',
  type: 'budget.threshold_reached, budget.exceeded, call.denied, call.modified, approval.requested, price.unknown_model or anomaly.detected.',
  severity: 'info, warning or critical.',
  budget: 'Name of the budget it is about; null where it is about none.',
  message: 'One sentence, for people.',
  data: 'The same as webhooks get as data.',
})}
`;
