/**
 * Indexes of what people look at. Immutable once released.
 *
 * - A session's runs and a user's sessions and runs are found by index where they are described or filtered; their columns are part of
 *   a row's key and never change, so an update of its sums stays on its page.
 * - The dearest calls of a period: a call's cost changes only when it is priced or charged anew.
 */
export const sql = `
create index run_daily_by_session on tollgate_data.run_daily (tenant, session_id);
create index run_daily_by_user on tollgate_data.run_daily (tenant, user_id, day);
create index session_daily_by_user on tollgate_data.session_daily (tenant, user_id, day);
create index calls_by_cost on tollgate_data.calls (tenant, cost_usd) where charge = 'charged' and cost_usd is not null`;
