/**
 * Views with what charging once decided: contract section 8. New columns stand at the end; all before are those of 0002Views,
 * word by word, since a view can only be replaced by one that begins with its columns. Immutable once released.
 *
 * - `agent_path` is null in the table where the agent alone is the path; here it is always an array.
 * - The reason of a duplicate is the rule, a blank, and TRACE_ID/SPAN_ID of the charged copy (docs/charging.md).
 */
const bound = (table: string): string => `
  coalesce(
    ${table}.tenant = (select role.tenant from tollgate_data.sql_roles as role where role.role_name = current_user),
    (select pg_has_role(current_user, data.nspowner, 'usage') from pg_namespace as data where data.nspname = 'tollgate_data')
  )`;

const orNone = (names: readonly string[], table: string): string =>
  names.map((name) => `coalesce(${table}.${name}, '(none)') as ${name}`).join(', ');

const callDimensions = [
  'agent',
  'user_id',
  'session_id',
  'run_id',
  'model',
  'provider',
  'service',
  'operation',
  'environment',
  'endpoint',
];

const agentPath = `
  case
    when call.agent_path is not null then array(
      select agent.name from jsonb_array_elements_text(call.agent_path) with ordinality as agent (name, place) order by agent.place
    )
    when call.agent is null then array[]::text[]
    else array[call.agent::text]
  end as agent_path`;

/** `more`: columns that a later migration adds at the end. */
export const callsView = (more = ''): string => `
create or replace view tollgate.calls with (security_barrier) as
select call.tenant, encode(call.trace_id, 'hex') as trace_id, encode(call.span_id, 'hex') as span_id,
  encode(call.parent_span_id, 'hex') as parent_span_id, call.started_at, call.duration_nano / 1000000.0 as duration_ms,
  call.name, call.status, call.error_type, ${orNone(callDimensions, 'call')},
  call.agent_id, coalesce(call.tags, '{}') as tags, call.request_model, call.response_model, call.response_id,
  call.input_uncached, call.cache_read, call.cache_write_5m, call.cache_write_1h, call.output, call.reasoning,
  coalesce(call.usage_other, '{}') as usage_other,
  call.input_tokens, call.cache_read_tokens, call.cache_write_tokens, call.output_tokens, call.reasoning_tokens,
  call.input_tokens + call.output_tokens as total_tokens,
  call.cost_usd, coalesce(call.cost_parts, '{}') as cost_parts, call.cost_status, call.unpriced_reason, call.reported_cost_usd,
  call.price_source, call.price_card, call.price_effective_from, call.service_tier,
  call.charge, call.charge_reason, call.dialect, call.cache_semantics, call.agent_rule, call.user_rule, call.session_rule,
  ${agentPath}, call.scope, call.request_id${more}
from tollgate_data.calls as call
where call.charge = 'charged' and ${bound('call')};
`;

const spanKinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']
  .map((name, number) => `when ${number} then '${name}'`)
  .join(' ');

const spanDimensions = ['service', 'environment', 'operation', 'agent', 'user_id', 'session_id', 'run_id', 'endpoint'];

function spansOf(table: string, cost: string, where: string): string {
  return `
select span.tenant, encode(span.trace_id, 'hex') as trace_id, encode(span.span_id, 'hex') as span_id,
  encode(span.parent_span_id, 'hex') as parent_span_id, span.started_at, span.duration_nano / 1000000.0 as duration_ms,
  span.name, case span.kind ${spanKinds} end as kind, span.status, ${orNone(spanDimensions, 'span')},
  coalesce(span.tags, '{}') as tags, ${cost}
from tollgate_data.${table} as span
where ${bound('span')}${where}`;
}

const chargedCopy = `case when span.charge = 'duplicate' then split_part(span.charge_reason, ' ', 2) end`;
const decided = `coalesce(span.model, '(none)') as model, span.charge, case when span.charge = 'charged' then span.cost_usd end as cost_usd,
  span.charge_reason, split_part(${chargedCopy}, '/', 1) as duplicate_of_trace_id, split_part(${chargedCopy}, '/', 2) as duplicate_of_span_id`;
const undecided = `'(none)' as model, null as charge, null::numeric as cost_usd,
  null::text as charge_reason, null::text as duplicate_of_trace_id, null::text as duplicate_of_span_id`;

export const spansView = (more = ''): string => `
create or replace view tollgate.spans with (security_barrier) as
${spansOf('calls', `${decided}${more}`, '')}
union all
${spansOf(
  'spans',
  `${undecided}${more}`,
  ` and not exists (
    select from tollgate_data.calls as call
    where call.tenant = span.tenant and call.trace_id = span.trace_id and call.span_id = span.span_id and call.started_at = span.started_at
  )`,
)};
`;

function comments(view: string, columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, text]) => `comment on column tollgate.${view}.${name} is '${text.replaceAll("'", "''")}';`)
    .join('\n');
}

export const sql = `
${callsView()}
${spansView()}
${comments('calls', {
  charge_reason:
    'agent_total where a total that an agent reported is charged, since no call below it accounts for it; else null.',
  agent_path:
    'Agents from the nearest up, as the spans above say them, at most 16. Cost of an agent with those below it: where it is any of these.',
  scope: 'Instrumentation scope that wrote the span.',
  request_id: 'Id the provider gave the HTTP request.',
})}
${comments('spans', {
  charge_reason:
    'Why a call is a duplicate, a container, or a total of an agent; null for an ordinary charged call and for a span that is no call.',
  duplicate_of_trace_id: 'Of a duplicate, the trace of the copy that is charged, which may be another than its own.',
  duplicate_of_span_id: 'Of a duplicate, the span of the copy that is charged.',
})}
`;
