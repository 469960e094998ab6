/**
 * What stays of days that retention drops. Immutable once released.
 *
 * - `closing_date`: the books before this day are closed; no partition is made for such a day any more. One row.
 *   `traces_before`: traces and provider ids that ended before this day have been deleted.
 * - `closing_balances`: of each tenant the sums of the ledger of a day, taken in the transaction that drops the day. A tenant
 *   without calls on the day has none. Sums of a day of bigint columns need more than a bigint.
 */
export const sql = `
create table tollgate_data.closing_date (
  is_only boolean primary key default true check (is_only),
  closed_before date not null,
  traces_before date
);

create table tollgate_data.closing_balances (
  tenant text collate "C" not null,
  day date not null,
  closed_at timestamptz not null,
  entry_count bigint not null,
  call_count bigint not null,
  calls numeric(38,0) not null,
  unpriced_calls numeric(38,0) not null,
  error_calls numeric(38,0) not null,
  input_tokens numeric(38,0) not null,
  cache_read_tokens numeric(38,0) not null,
  cache_write_tokens numeric(38,0) not null,
  output_tokens numeric(38,0) not null,
  reasoning_tokens numeric(38,0) not null,
  duration_nano numeric(38,0) not null,
  cost_usd numeric(38,15) not null,
  primary key (tenant, day)
);
`;
