/**
 * The public views: contract section 8. Immutable once released; a column is added at the end, none is renamed or removed.
 *
 * - A role named in tollgate_data.sql_roles sees its tenant only, the owner of the tables all, any other role nothing.
 *   `security_barrier` keeps a function in somebody's WHERE from seeing the rows that this leaves out.
 * - A dimension nobody gave is '(none)'. An amount nobody knows is null: a sum whose calls are all without a price is null too.
 */
const bound = `
  coalesce(
    tenant = (select role.tenant from tollgate_data.sql_roles as role where role.role_name = current_user),
    (select pg_has_role(current_user, data.nspowner, 'usage') from pg_namespace as data where data.nspname = 'tollgate_data')
  )`;

const costColumns: Readonly<Record<string, string>> = {
  cost_usd: 'Cost in USD, exact. Null where none of the calls has a price.',
  calls: 'Charged calls.',
  unpriced_calls: 'Of these, calls whose price is not known; they are not in cost_usd.',
  error_calls: 'Of these, calls that ended in an error.',
  input_tokens: 'Input tokens, cache reads and writes included.',
  cache_read_tokens: 'Of input_tokens, those read from a cache.',
  cache_write_tokens: 'Of input_tokens, those written to a cache.',
  output_tokens: 'Output tokens, reasoning included.',
  reasoning_tokens: 'Of output_tokens, those of reasoning.',
  total_tokens: 'input_tokens plus output_tokens.',
};

const dimensionColumns: Readonly<Record<string, string>> = {
  agent: 'Agent.',
  user_id: 'End user.',
  session_id: 'Session or conversation.',
  run_id: 'Run: what was given, else the trace id.',
  model: 'Model that answered, else the one asked for.',
  provider: 'Provider, as OpenTelemetry names it.',
  service: 'service.name of the resource.',
  operation: 'gen_ai.operation.name.',
  environment: 'deployment.environment.name of the resource.',
  endpoint: 'http.route of the nearest span above that has one.',
};

const TENANT = 'Tenant.';

const summed = [
  'unpriced_calls',
  'error_calls',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
]
  .map((name) => `sum(${name})::bigint as ${name}`)
  .join(', ');
const sums = `
  case when sum(calls) = 0 or sum(calls) > sum(unpriced_calls) then sum(cost_usd) end as cost_usd,
  sum(calls)::bigint as calls, ${summed}, sum(input_tokens + output_tokens)::bigint as total_tokens`;

const hourlyDimensions = ['agent', 'user_id', 'model', 'provider', 'service', 'operation', 'environment'];

function costView(name: string, period: string): string {
  return `
create view tollgate.${name} with (security_barrier) as
select tenant, ${period} as start, ${hourlyDimensions.join(', ')},${sums}
from tollgate_data.rollup_hourly
where ${bound}
group by tenant, ${period}, ${hourlyDimensions.join(', ')};
`;
}

/** Sessions and runs: one row each, over all time. */
function summaryView(name: string, id: string, table: string, runs: string): string {
  return `
create view tollgate.${name} with (security_barrier) as
select tenant, ${id},${sums},
  ${runs}sum(duration_nano) / 1000000000 as total_duration_seconds,
  min(first_seen) as first_seen, max(last_seen) as last_seen,
  array_agg(distinct user_id) as user_ids, array_agg(distinct agent) as agents, array_agg(distinct model) as models
from tollgate_data.${table}
where ${bound} and ${id} <> '(none)'
group by tenant, ${id};
`;
}

const orNone = (names: readonly string[], table: string): string =>
  names.map((name) => `coalesce(${table}.${name}, '(none)') as ${name}`).join(', ');

const callsView = `
create view tollgate.calls with (security_barrier) as
select call.tenant, encode(call.trace_id, 'hex') as trace_id, encode(call.span_id, 'hex') as span_id,
  encode(call.parent_span_id, 'hex') as parent_span_id, call.started_at, call.duration_nano / 1000000.0 as duration_ms,
  call.name, call.status, call.error_type, ${orNone(Object.keys(dimensionColumns), 'call')},
  call.agent_id, coalesce(call.tags, '{}') as tags, call.request_model, call.response_model, call.response_id,
  call.input_uncached, call.cache_read, call.cache_write_5m, call.cache_write_1h, call.output, call.reasoning,
  coalesce(call.usage_other, '{}') as usage_other,
  call.input_tokens, call.cache_read_tokens, call.cache_write_tokens, call.output_tokens, call.reasoning_tokens,
  call.input_tokens + call.output_tokens as total_tokens,
  call.cost_usd, coalesce(call.cost_parts, '{}') as cost_parts, call.cost_status, call.unpriced_reason, call.reported_cost_usd,
  call.price_source, call.price_card, call.price_effective_from, call.service_tier,
  call.charge, call.charge_reason, call.dialect, call.cache_semantics, call.agent_rule, call.user_rule, call.session_rule
from tollgate_data.calls as call
where call.charge = 'charged' and ${bound};
`;

const spanKinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']
  .map((name, number) => `when ${number} then '${name}'`)
  .join(' ');

function spansOf(table: string, cost: string, where: string): string {
  const dimensions = ['service', 'environment', 'operation', 'agent', 'user_id', 'session_id', 'run_id', 'endpoint'];
  return `
select span.tenant, encode(span.trace_id, 'hex') as trace_id, encode(span.span_id, 'hex') as span_id,
  encode(span.parent_span_id, 'hex') as parent_span_id, span.started_at, span.duration_nano / 1000000.0 as duration_ms,
  span.name, case span.kind ${spanKinds} end as kind, span.status, ${orNone(dimensions, 'span')},
  coalesce(span.tags, '{}') as tags, ${cost}
from tollgate_data.${table} as span
where ${bound.replaceAll('tenant =', 'span.tenant =')}${where}`;
}

const spansView = `
create view tollgate.spans with (security_barrier) as
${spansOf('calls', `coalesce(span.model, '(none)') as model, span.charge, case when span.charge = 'charged' then span.cost_usd end as cost_usd`, '')}
union all
${spansOf(
  'spans',
  `'(none)' as model, null as charge, null::numeric as cost_usd`,
  ` and not exists (
    select from tollgate_data.calls as call
    where call.tenant = span.tenant and call.trace_id = span.trace_id and call.span_id = span.span_id and call.started_at = span.started_at
  )`,
)};
`;

function comments(view: string, about: string, columns: Readonly<Record<string, string>>): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  return [
    `comment on view tollgate.${view} is ${quoted(about)};`,
    ...Object.entries(columns).map(([name, text]) => `comment on column tollgate.${view}.${name} is ${quoted(text)};`),
  ].join('\n');
}

const pick = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, dimensionColumns[name] ?? '']));

const summaryColumns = {
  ...costColumns,
  total_duration_seconds: 'Sum of the durations of the calls.',
  first_seen: 'Start of the first call.',
  last_seen: 'Start of the last call.',
  user_ids: 'Users of the calls.',
  agents: 'Agents of the calls.',
  models: 'Models of the calls.',
};

const spanColumns = {
  tenant: TENANT,
  trace_id: 'Trace id, 32 hexadecimal digits.',
  span_id: 'Span id, 16 hexadecimal digits.',
  parent_span_id: 'Span id of the parent; null for a root.',
  started_at: 'Start.',
  duration_ms: 'End minus start, in milliseconds.',
  name: 'Span name.',
  status: 'ok or error.',
  tags: 'Tags by name.',
};

const usageColumns = {
  input_uncached:
    'Input tokens that no cache was read or written for. Null where nobody reported it, as in the next six columns.',
  cache_read: 'Input tokens read from a cache.',
  cache_write_5m: 'Input tokens written to a cache for 5 minutes.',
  cache_write_1h: 'Input tokens written to a cache for an hour.',
  output: 'Output tokens, reasoning included.',
  reasoning: 'Of output, tokens of reasoning.',
  usage_other: 'Buckets that occur on few calls, such as audio_input, by name.',
};

const priceColumns = {
  cost_usd: 'Cost in USD, exact. Null where the price is not known.',
  cost_parts: 'The cost by usage bucket, as decimal strings; they add up to cost_usd.',
  cost_status: 'priced, reported, estimated, lossy or unpriced.',
  unpriced_reason: 'Why there is no cost; null where there is one.',
  reported_cost_usd: 'Cost that the emitter wrote on the span.',
  price_source: 'Where the price is from: default, correction, custom or provider.',
  price_card: 'Rate card, as provider/model.',
  price_effective_from: 'Start of the card; null for always so far.',
  service_tier: 'Service tier the price is for.',
  charge: 'charged: other calls are not in this view.',
  charge_reason: 'Null for a charged call.',
  dialect: 'Vocabulary of the emitter.',
  cache_semantics: 'How the emitter counts cached input, and which rule decided.',
  agent_rule: 'Where agent is from: span, ancestor, root, trace, resource or key.',
  user_rule: 'Where user_id is from.',
  session_rule: 'Where session_id is from.',
};

const { calls: _calls, unpriced_calls: _unpriced, error_calls: _errors, ...tokenColumns } = costColumns;

const RUN_COUNT = `(
    select count(distinct run.run_id) from tollgate_data.run_daily as run
    where run.tenant = session_daily.tenant and run.session_id = session_daily.session_id
  ) as run_count, `;

export const sql = `
create schema if not exists tollgate;
${costView('cost_hourly', 'hour')}
${costView('cost_daily', `date_trunc('day', hour, 'UTC')`)}
${summaryView('sessions', 'session_id', 'session_daily', RUN_COUNT)}
${summaryView('runs', 'run_id', 'run_daily', `array_agg(distinct session_id) as session_ids, `)}
${callsView}
${spansView}
${comments('cost_hourly', 'Cost by UTC hour and dimension.', { tenant: TENANT, start: 'Start of the hour.', ...pick(hourlyDimensions), ...costColumns })}
${comments('cost_daily', 'Cost by UTC day and dimension.', { tenant: TENANT, start: 'Start of the day.', ...pick(hourlyDimensions), ...costColumns })}
${comments('sessions', 'One row a session.', { tenant: TENANT, ...pick(['session_id']), ...summaryColumns, run_count: 'Runs of the session.' })}
${comments('runs', 'One row a run.', { tenant: TENANT, ...pick(['run_id']), ...summaryColumns, session_ids: 'Sessions of the calls.' })}
${comments('calls', 'One row a charged call.', {
  ...spanColumns,
  error_type: 'error.type.',
  ...dimensionColumns,
  agent_id: 'gen_ai.agent.id.',
  request_model: 'Model asked for.',
  response_model: 'Model that answered.',
  response_id: 'Id the provider gave the answer.',
  ...usageColumns,
  ...tokenColumns,
  ...priceColumns,
})}
${comments(
  'spans',
  'One row a span of a trace that has calls: for trace panels. Dimensions of a plain span are its own words.',
  {
    ...spanColumns,
    kind: 'Span kind.',
    ...pick(['service', 'environment', 'operation', 'agent', 'user_id', 'session_id', 'run_id', 'endpoint', 'model']),
    charge: 'charged, container, duplicate or pending; null for a span that is no call.',
    cost_usd: 'Cost in USD of a charged call, else null.',
  },
)}
`;
