/**
 * The gate's tables, in schema tollgate_data. Immutable once released. docs/gate.md says what the columns mean.
 *
 * - A counter is a sum of postings; amounts are USD, tokens or calls, whatever its budget's limit counts.
 * - Locks are taken in one order: reservations by id, then counters by id; nothing is locked after counters.
 */
export const sql = `
create table tollgate_data.policy_epoch (
  only_row boolean primary key default true check (only_row),
  epoch bigint not null
);
insert into tollgate_data.policy_epoch (epoch) values (0);

create table tollgate_data.budgets (
  -- '' for a budget of the file: every tenant's.
  tenant text collate "C" not null,
  name text collate "C" not null,
  -- Counters belong to it; a change of what is counted gets a new one.
  budget_id bigint generated always as identity,
  source text collate "C" not null,
  definition jsonb not null,
  counts_from timestamptz not null,
  -- Run and session counters that nobody used since were removed; one made anew counts from here.
  idle_from timestamptz not null,
  changed_at timestamptz not null,
  primary key (tenant, name)
);

create table tollgate_data.budget_raises (
  tenant text collate "C" not null,
  id bigint generated always as identity,
  budget text collate "C" not null,
  -- The dimensions of the counters that are raised; null: all.
  key jsonb,
  amount numeric(38,15) not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  reason text,
  key_id text collate "C",
  key_name text collate "C",
  created_at timestamptz not null,
  primary key (tenant, id)
);

create table tollgate_data.counters (
  tenant text collate "C" not null,
  id bigint generated always as identity,
  budget_id bigint not null,
  -- md5 of the key: a name of fixed size, whatever senders write into dimensions.
  key_hash bytea not null,
  key jsonb not null,
  -- '-infinity' for run, session and rolling windows, 'infinity' for their end.
  window_start timestamptz not null,
  window_end timestamptz not null,
  spent numeric(38,15) not null default 0,
  reserved numeric(38,15) not null default 0,
  overrun numeric(38,15) not null default 0,
  expired_unsettled numeric(38,15) not null default 0,
  -- What approvals added to the limit in this window.
  raised numeric(38,15) not null default 0,
  -- Postings before it are not counted here.
  counts_from timestamptz not null,
  -- Rolling: buckets that begin before it are no longer in the sums.
  rolled_to timestamptz,
  updated_at timestamptz not null,
  primary key (tenant, id),
  unique (tenant, budget_id, key_hash, window_start)
) with (fillfactor = 50);
create index counters_by_end on tollgate_data.counters (budget_id, window_end);

create table tollgate_data.counter_buckets (
  tenant text collate "C" not null,
  counter_id bigint not null,
  bucket_start timestamptz not null,
  spent numeric(38,15) not null default 0,
  reserved numeric(38,15) not null default 0,
  overrun numeric(38,15) not null default 0,
  expired_unsettled numeric(38,15) not null default 0,
  primary key (tenant, counter_id, bucket_start)
) with (fillfactor = 50);

create table tollgate_data.reservations (
  tenant text collate "C" not null,
  -- The decision's id; time-ordered (UUID version 7).
  id uuid not null,
  idempotency_key text collate "C",
  request_hash bytea not null,
  -- The answer, for the same key again.
  answer jsonb not null,
  decided_at timestamptz not null,
  expires_at timestamptz not null,
  ttl_ms integer not null,
  agent text collate "C",
  user_id text collate "C",
  session_id text collate "C",
  run_id text collate "C",
  model text collate "C",
  provider text collate "C",
  service text collate "C",
  environment text collate "C",
  tags jsonb,
  bound_usd numeric(38,15),
  bound_tokens bigint not null,
  phase text collate "C" not null,
  rank smallint not null default 0,
  settled_usd numeric(38,15),
  settled_tokens bigint not null default 0,
  claims integer not null default 0,
  exact_claims integer not null default 0,
  unpriced_claims integer not null default 0,
  -- Sums over the claims that are charged.
  claimed_usd numeric(38,15) not null default 0,
  claimed_unpriced_calls integer not null default 0,
  claimed_tokens bigint not null default 0,
  claimed_calls integer not null default 0,
  primary key (tenant, id),
  unique (tenant, idempotency_key)
) with (fillfactor = 70);
create index reservations_to_expire on tollgate_data.reservations (phase, expires_at)
  where phase in ('open', 'presumed') and rank < 2 and exact_claims = 0;
create index reservations_by_time on tollgate_data.reservations (tenant, decided_at);

create table tollgate_data.approvals (
  tenant text collate "C" not null,
  -- The decision that waits for it.
  id uuid not null,
  state text collate "C" not null,
  request jsonb not null,
  request_hash bytea not null,
  idempotency_key text collate "C",
  reasons jsonb not null,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz,
  key_id text collate "C",
  key_name text collate "C",
  -- The decision after approval or refusal.
  answer jsonb,
  primary key (tenant, id)
);
create index approvals_waiting on tollgate_data.approvals (tenant, requested_at) where state = 'waiting';
-- The same key asked again gets the decision that waits, whichever replica is asked.
create unique index approvals_by_key on tollgate_data.approvals (tenant, idempotency_key) where state = 'waiting';

create table tollgate_data.alerts (
  tenant text collate "C" not null,
  id bigint generated always as identity,
  -- What happened, once: of two alerts with the same key the first stands.
  event_key text collate "C" not null,
  type text collate "C" not null,
  severity text collate "C" not null,
  budget text collate "C",
  at timestamptz not null,
  message text not null,
  data jsonb not null,
  primary key (tenant, id),
  unique (tenant, event_key)
);
create index alerts_by_time on tollgate_data.alerts (tenant, at);

create table tollgate_data.webhook_deliveries (
  tenant text collate "C" not null,
  alert_id bigint not null,
  endpoint text collate "C" not null,
  state text collate "C" not null,
  attempts integer not null default 0,
  next_at timestamptz not null,
  last_answer text,
  done_at timestamptz,
  primary key (tenant, alert_id, endpoint)
);
create index webhook_deliveries_due on tollgate_data.webhook_deliveries (next_at) where state = 'pending';

alter table tollgate_data.calls
  -- What the span names itself, where it is its own; what the paid call was admitted with, by whichever of its copies.
  add column own_reservation_id uuid,
  add column reservation_id uuid,
  add column counted_at timestamptz;
`;
