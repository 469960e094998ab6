/**
 * What charging once needs: a row a trace, whose lock makes replicas take turns with it; the traces that share a provider's
 * id; and on each call the facts by which copies of one call are recognised. Immutable once released.
 *
 * - `traces.has_calls`: a trace without calls has nothing to settle. `is_linked`: it shares a provider's id with another trace.
 *   `is_large`: it has more spans than are read whole at every commit.
 * - `provider_ids.trace_ids` holds 16 bytes a trace, at most 66 traces: an id of more than 64 is no provider's.
 * - `calls.own` holds all that the span, its resource and its sender's key say themselves, since the attribution in force may
 *   be from elsewhere.
 */
export const sql = `
create table tollgate_data.traces (
  tenant text collate "C" not null,
  trace_id bytea not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  has_calls boolean not null,
  is_linked boolean not null,
  is_large boolean not null default false,
  primary key (trace_id, tenant)
) with (fillfactor = 80);

create table tollgate_data.provider_ids (
  tenant text collate "C" not null,
  id_hash bytea not null,
  trace_ids bytea not null,
  last_at timestamptz not null,
  primary key (id_hash, tenant)
) with (fillfactor = 90);

alter table tollgate_data.calls
  add column scope text collate "C",
  add column request_id text collate "C",
  add column role text collate "C" not null default 'call',
  add column container_rule text collate "C",
  add column figures_rank smallint not null default 0,
  add column agent_path jsonb,
  add column entry_count integer not null default 0;

update tollgate_data.calls set role = 'container', container_rule = charge_reason where charge = 'container';
update tollgate_data.calls as call set entry_count = booked.count
from (
  select tenant, trace_id, span_id, started_at, count(*) as count from tollgate_data.ledger group by 1, 2, 3, 4
) as booked
where call.tenant = booked.tenant and call.trace_id = booked.trace_id
  and call.span_id = booked.span_id and call.started_at = booked.started_at;

update tollgate_data.calls set own = nullif(jsonb_strip_nulls(
  jsonb_build_object('resource', nullif(jsonb_strip_nulls(jsonb_build_object(
    'agent', case when agent_rule = 'resource' then agent end,
    'user', case when user_rule = 'resource' then user_id end,
    'session', case when session_rule = 'resource' then session_id end
  )), '{}'))
  || coalesce(own, '{}')
  || jsonb_build_object(
    'agent', case when agent_rule = 'span' then agent end,
    'user', case when user_rule = 'span' then user_id end,
    'session', case when session_rule = 'span' then session_id end,
    'key_agent', case when agent_rule = 'key' then agent end
  )
), '{}');

create index calls_pending on tollgate_data.calls (received_at) where charge = 'pending';

insert into tollgate_data.traces (tenant, trace_id, first_at, last_at, has_calls, is_linked)
select tenant, trace_id, min(started_at), max(started_at), bool_or(is_call), false
from (
  select tenant, trace_id, started_at, true as is_call from tollgate_data.calls
  union all select tenant, trace_id, started_at, false from tollgate_data.spans
) as span
group by tenant, trace_id;

insert into tollgate_data.provider_ids (tenant, id_hash, trace_ids, last_at)
select tenant, decode(md5(response_id), 'hex'), string_agg(trace_id, ''::bytea), max(last_at)
from (
  select tenant, response_id, trace_id, max(started_at) as last_at,
    row_number() over (partition by tenant, response_id order by trace_id) as place
  from tollgate_data.calls where role = 'call' and length(response_id) >= 8
  group by tenant, response_id, trace_id
) as shared
where place <= 66
group by tenant, response_id;

update tollgate_data.traces as trace set is_linked = true
from tollgate_data.provider_ids as id
where length(id.trace_ids) > 16 and id.tenant = trace.tenant and position(trace.trace_id in id.trace_ids) > 0;
`;
