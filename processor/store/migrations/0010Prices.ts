/**
 * Prices that somebody set, and rate cards that somebody imported, in schema tollgate_data. Immutable once released. docs/prices.md
 * says what the columns mean.
 *
 * - `price_epoch` counts the changes; who prices calls says which of them it knew. `rate_card_id`: the imported card in force; null:
 *   the one that comes with the program.
 * - A price is added, never edited: only `replaced_at` is set, when another one of the same start takes its place or it is dropped before it
 *   holds, and `effective_to`, when it is ended. `changed_epoch`: the change that wrote the row last.
 * - `effective_from` null: always so far; `effective_to` null: for good.
 */
export const sql = `
create table tollgate_data.price_epoch (
  only_row boolean primary key default true check (only_row),
  epoch bigint not null,
  rate_card_id bigint
);
insert into tollgate_data.price_epoch (epoch) values (0);

create table tollgate_data.prices (
  tenant text collate "C" not null,
  id bigint generated always as identity,
  provider text collate "C" not null,
  model text collate "C" not null,
  effective_from timestamptz,
  effective_to timestamptz,
  -- Decimal strings by the names of the API, and 'long_context'; null where the model maps to another one.
  rates jsonb,
  maps_to text collate "C",
  created_at timestamptz not null,
  key_id text collate "C",
  key_name text collate "C",
  replaced_at timestamptz,
  changed_epoch bigint not null,
  primary key (tenant, id),
  check ((rates is null) <> (maps_to is null)),
  check (effective_to >= effective_from)
);
create unique index prices_in_force on tollgate_data.prices (tenant, provider, model, effective_from)
  nulls not distinct where replaced_at is null;
create index prices_by_change on tollgate_data.prices (changed_epoch);

create table tollgate_data.rate_cards (
  id bigint generated always as identity primary key,
  version text collate "C" not null,
  sha256 bytea not null unique,
  -- The file, gzip.
  content bytea not null,
  imported_at timestamptz not null,
  key_id text collate "C",
  key_name text collate "C"
);

-- What of a call decides its price and stands in no other column: 'inference_geo', 'speed', 'search_context_size', 'usage_source',
-- 'lossy', 'usage_fault'; null where there is nothing to say.
alter table tollgate_data.calls add column price_facts jsonb;
create index calls_unpriced on tollgate_data.calls (tenant, started_at)
  where cost_status = 'unpriced' and charge = 'charged';
`;
