/** What a key may ask of each process; null: as much as the listeners take. */
export const sql = `
alter table tollgate_data.api_keys
  add column max_requests_per_second integer check (max_requests_per_second > 0),
  add column max_spans_per_second integer check (max_spans_per_second > 0),
  add column max_body_bytes integer check (max_body_bytes > 0)`;
