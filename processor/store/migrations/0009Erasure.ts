/**
 * Erasures of users' ids that have begun and are not done. A row holds the id only until then: whoever goes on after a crash
 * has to know what to look for, and what to write in its place. Immutable once released.
 *
 * - `step` and `day` say how far it is; `counts`: rows changed so far, by table.
 * - `held_by`, `held_until`: the process that works on it; after that time another one may.
 */
export const sql = `
create table tollgate_data.erasures (
  tenant text collate "C" not null,
  user_id text collate "C" not null,
  erased_as text collate "C" not null,
  asked_at timestamptz not null,
  key_id text collate "C",
  key_name text collate "C",
  step text collate "C" not null,
  day date,
  counts jsonb not null,
  held_by uuid,
  held_until timestamptz,
  primary key (tenant, user_id)
)`;
