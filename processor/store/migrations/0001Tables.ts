/**
 * The tables, in schema tollgate_data. Private: people outside read the views in schema tollgate, which the next migration
 * makes. Immutable once released.
 *
 * - Every table carries its tenant in its key. Spans, calls and ledger carry the trace id, so they can be distributed by it;
 *   it comes first, so that a span is found by one probe whether or not the planner has statistics of a new partition.
 * - Spans, calls and ledger are partitioned by the span's start, one partition a UTC day, made when needed.
 * - A dimension nobody gave is null on a call and '(none)' in the ledger and the rollups.
 * - `dims` is the md5 of the rollup's dimensions: a key of fixed size, whatever senders write into names.
 * - The ledger is append-only; every rollup is a sum of it. A rollup row is updated by most commits of its hour, so its pages
 *   keep room for the new version (fillfactor).
 */
const measures = `
  calls bigint not null,
  unpriced_calls bigint not null,
  error_calls bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  duration_nano numeric(38,0) not null,
  cost_usd numeric(38,15) not null`;

export const sql = `
create schema if not exists tollgate_data;

create table tollgate_data.api_keys (
  id text primary key,
  tenant text not null,
  name text,
  key_hash bytea not null unique,
  scopes text[] not null,
  agent text,
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table tollgate_data.audit_log (
  tenant text not null,
  id bigint generated always as identity,
  at timestamptz not null,
  key_id text,
  key_name text,
  action text not null,
  detail jsonb not null,
  primary key (tenant, id)
);

create table tollgate_data.sql_roles (
  role_name text primary key,
  tenant text not null
);

create table tollgate_data.spans (
  tenant text not null,
  trace_id bytea not null,
  span_id bytea not null,
  started_at timestamptz not null,
  parent_span_id bytea,
  duration_nano bigint not null,
  name text not null,
  kind smallint not null,
  status text not null,
  service text,
  environment text,
  operation text,
  agent text,
  agent_id text,
  user_id text,
  session_id text,
  run_id text,
  endpoint text,
  tags jsonb,
  -- Of two copies of one span the more complete wins, then the greater hash: the order of arrival does not matter.
  completeness smallint not null,
  content_hash bytea not null,
  primary key (trace_id, span_id, tenant, started_at)
) partition by range (started_at);

create table tollgate_data.calls (
  tenant text not null,
  trace_id bytea not null,
  span_id bytea not null,
  started_at timestamptz not null,
  parent_span_id bytea,
  duration_nano bigint not null,
  name text not null,
  kind smallint not null,
  status text not null,
  error_type text,
  service text,
  environment text,
  endpoint text,
  operation text,
  provider text,
  model text,
  request_model text,
  response_model text,
  response_id text,
  dialect text not null,
  cache_semantics text,
  -- The attribution in force; the span said it itself where the rule is 'span'.
  agent text,
  agent_id text,
  user_id text,
  session_id text,
  run_id text not null,
  tags jsonb,
  -- What the span said itself and no rule tells: agent_id, run, endpoint, tags; its descendants inherit them. Null: nothing.
  own jsonb,
  agent_rule text,
  user_rule text,
  session_rule text,
  input_uncached bigint,
  cache_read bigint,
  cache_write_5m bigint,
  cache_write_1h bigint,
  output bigint,
  reasoning bigint,
  usage_other jsonb,
  -- The usage as the API's token columns, so that sums over calls need no arithmetic.
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  cost_usd numeric(38,15),
  cost_parts jsonb,
  cost_status text not null,
  unpriced_reason text,
  reported_cost_usd numeric(38,15),
  price_source text,
  price_card text,
  price_effective_from text,
  service_tier text,
  charge text not null,
  charge_reason text,
  completeness smallint not null,
  content_hash bytea not null,
  received_at timestamptz not null,
  primary key (trace_id, span_id, tenant, started_at)
) partition by range (started_at);

create index calls_by_time on tollgate_data.calls (tenant, started_at);
create index calls_by_session on tollgate_data.calls (tenant, session_id, started_at);

create table tollgate_data.ledger (
  tenant text not null,
  trace_id bytea not null,
  span_id bytea not null,
  started_at timestamptz not null,
  -- 0 is the first charge; each adjustment books the old charge back and the new one after it.
  entry_no integer not null,
  reason text not null,
  booked_at timestamptz not null,
  agent text not null,
  user_id text not null,
  session_id text not null,
  run_id text not null,
  model text not null,
  provider text not null,
  service text not null,
  operation text not null,
  environment text not null,
  endpoint text not null,
  ${measures},
  primary key (trace_id, span_id, tenant, started_at, entry_no)
) partition by range (started_at);

create table tollgate_data.rollup_daily (
  tenant text not null,
  day date not null,
  dims bytea not null,
  agent text not null,
  model text not null,
  provider text not null,
  service text not null,
  environment text not null,
  ${measures},
  primary key (tenant, day, dims)
) with (fillfactor = 80);

create table tollgate_data.rollup_hourly (
  tenant text not null,
  hour timestamptz not null,
  dims bytea not null,
  agent text not null,
  user_id text not null,
  model text not null,
  provider text not null,
  service text not null,
  operation text not null,
  environment text not null,
  endpoint text not null,
  ${measures},
  primary key (tenant, hour, dims)
) with (fillfactor = 80);

create table tollgate_data.session_daily (
  tenant text not null,
  day date not null,
  dims bytea not null,
  session_id text not null,
  user_id text not null,
  agent text not null,
  model text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  ${measures},
  primary key (tenant, day, dims)
) with (fillfactor = 80);

create table tollgate_data.run_daily (
  tenant text not null,
  day date not null,
  dims bytea not null,
  run_id text not null,
  session_id text not null,
  user_id text not null,
  agent text not null,
  model text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  ${measures},
  primary key (tenant, day, dims)
) with (fillfactor = 80);

create index session_daily_by_id on tollgate_data.session_daily (tenant, session_id);
create index run_daily_by_id on tollgate_data.run_daily (tenant, run_id);
`;
