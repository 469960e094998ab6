/**
 * The tables, in schema tollgate_data. Private: people outside read the views in schema tollgate, which the next migration
 * makes. Immutable once released.
 *
 * - Every table carries its tenant in its key. Spans, calls and ledger carry the trace id, so they can be distributed by it;
 *   it comes first, so that a span is found by one probe whether or not the planner has statistics of a new partition.
 * - Spans, calls and ledger are partitioned by the span's start, one partition a UTC day, made when needed.
 * - Text is compared byte by byte (collation C): the same order on every server, and indexes that compare in a fraction of the time.
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
  id text collate "C" primary key,
  tenant text collate "C" not null,
  name text collate "C",
  key_hash bytea not null unique,
  scopes text[] not null,
  agent text collate "C",
  created_at timestamptz not null,
  revoked_at timestamptz
);

create table tollgate_data.audit_log (
  tenant text collate "C" not null,
  id bigint generated always as identity,
  at timestamptz not null,
  key_id text collate "C",
  key_name text collate "C",
  action text collate "C" not null,
  detail jsonb not null,
  primary key (tenant, id)
);

create table tollgate_data.sql_roles (
  role_name text collate "C" primary key,
  tenant text collate "C" not null
);

create table tollgate_data.spans (
  tenant text collate "C" not null,
  trace_id bytea not null,
  span_id bytea not null,
  started_at timestamptz not null,
  parent_span_id bytea,
  duration_nano bigint not null,
  name text collate "C" not null,
  kind smallint not null,
  status text collate "C" not null,
  service text collate "C",
  environment text collate "C",
  operation text collate "C",
  agent text collate "C",
  agent_id text collate "C",
  user_id text collate "C",
  session_id text collate "C",
  run_id text collate "C",
  endpoint text collate "C",
  tags jsonb,
  -- Of two copies of one span the more complete wins, then the greater hash: the order of arrival does not matter.
  completeness smallint not null,
  content_hash bytea not null,
  primary key (trace_id, span_id, tenant, started_at)
) partition by range (started_at);

create table tollgate_data.calls (
  tenant text collate "C" not null,
  trace_id bytea not null,
  span_id bytea not null,
  started_at timestamptz not null,
  parent_span_id bytea,
  duration_nano bigint not null,
  name text collate "C" not null,
  kind smallint not null,
  status text collate "C" not null,
  error_type text collate "C",
  service text collate "C",
  environment text collate "C",
  endpoint text collate "C",
  operation text collate "C",
  provider text collate "C",
  model text collate "C",
  request_model text collate "C",
  response_model text collate "C",
  response_id text collate "C",
  dialect text collate "C" not null,
  cache_semantics text collate "C",
  -- The attribution in force; the span said it itself where the rule is 'span'.
  agent text collate "C",
  agent_id text collate "C",
  user_id text collate "C",
  session_id text collate "C",
  run_id text collate "C" not null,
  tags jsonb,
  -- What the span said itself and no rule tells: agent_id, run, endpoint, tags; its descendants inherit them. Null: nothing.
  own jsonb,
  agent_rule text collate "C",
  user_rule text collate "C",
  session_rule text collate "C",
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
  cost_status text collate "C" not null,
  unpriced_reason text collate "C",
  reported_cost_usd numeric(38,15),
  price_source text collate "C",
  price_card text collate "C",
  price_effective_from text collate "C",
  service_tier text collate "C",
  charge text collate "C" not null,
  charge_reason text collate "C",
  completeness smallint not null,
  content_hash bytea not null,
  received_at timestamptz not null,
  primary key (trace_id, span_id, tenant, started_at)
) partition by range (started_at);

create index calls_by_time on tollgate_data.calls (tenant, started_at);
create index calls_by_session on tollgate_data.calls (tenant, session_id, started_at);

create table tollgate_data.ledger (
  tenant text collate "C" not null,
  trace_id bytea not null,
  span_id bytea not null,
  started_at timestamptz not null,
  -- 0 is the first charge; each adjustment books the old charge back and the new one after it.
  entry_no integer not null,
  reason text collate "C" not null,
  booked_at timestamptz not null,
  agent text collate "C" not null,
  user_id text collate "C" not null,
  session_id text collate "C" not null,
  run_id text collate "C" not null,
  model text collate "C" not null,
  provider text collate "C" not null,
  service text collate "C" not null,
  operation text collate "C" not null,
  environment text collate "C" not null,
  endpoint text collate "C" not null,
  ${measures},
  primary key (trace_id, span_id, tenant, started_at, entry_no)
) partition by range (started_at);

create table tollgate_data.rollup_daily (
  tenant text collate "C" not null,
  day date not null,
  dims bytea not null,
  agent text collate "C" not null,
  model text collate "C" not null,
  provider text collate "C" not null,
  service text collate "C" not null,
  environment text collate "C" not null,
  ${measures},
  primary key (tenant, day, dims)
) with (fillfactor = 80);

create table tollgate_data.rollup_hourly (
  tenant text collate "C" not null,
  hour timestamptz not null,
  dims bytea not null,
  agent text collate "C" not null,
  user_id text collate "C" not null,
  model text collate "C" not null,
  provider text collate "C" not null,
  service text collate "C" not null,
  operation text collate "C" not null,
  environment text collate "C" not null,
  endpoint text collate "C" not null,
  ${measures},
  primary key (tenant, hour, dims)
) with (fillfactor = 80);

create table tollgate_data.session_daily (
  tenant text collate "C" not null,
  day date not null,
  dims bytea not null,
  session_id text collate "C" not null,
  user_id text collate "C" not null,
  agent text collate "C" not null,
  model text collate "C" not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  ${measures},
  primary key (tenant, day, dims)
) with (fillfactor = 80);

create table tollgate_data.run_daily (
  tenant text collate "C" not null,
  day date not null,
  dims bytea not null,
  run_id text collate "C" not null,
  session_id text collate "C" not null,
  user_id text collate "C" not null,
  agent text collate "C" not null,
  model text collate "C" not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  ${measures},
  primary key (tenant, day, dims)
) with (fillfactor = 80);

create index session_daily_by_id on tollgate_data.session_daily (tenant, session_id);
create index run_daily_by_id on tollgate_data.run_daily (tenant, run_id);
`;
