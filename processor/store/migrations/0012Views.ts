import { callsView, spansView } from './0005Views.ts';

/**
 * Views that are quicker to read: contract section 8. New columns stand at the end. Immutable once released.
 *
 * - `trace_key` is compared with what a key of the tables begins with; of `trace_id`, which is written out, no index knows.
 * - A row of `cost_hourly` is a row of its rollup, `endpoint` among its dimensions: nothing has to be grouped before it is filtered.
 * - `cost_totals` has the small rollup: by day, without user, operation and endpoint.
 * - Roles of Grafana may read it by their default privileges. As in 0002Views a role of tollgate_data.sql_roles sees its tenant only, the owner of the tables all, any other role nothing.
 */
const bound = `
  coalesce(
    tenant = (select role.tenant from tollgate_data.sql_roles as role where role.role_name = current_user),
    (select pg_has_role(current_user, data.nspowner, 'usage') from pg_namespace as data where data.nspname = 'tollgate_data')
  )`;

const measures = `
  (case when calls = 0 or calls > unpriced_calls then cost_usd end)::numeric as cost_usd, calls, unpriced_calls, error_calls,
  input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, input_tokens + output_tokens as total_tokens`;

const costHourly = `
create or replace view tollgate.cost_hourly with (security_barrier) as
select tenant, hour as start, agent, user_id, model, provider, service, operation, environment,${measures}, endpoint
from tollgate_data.rollup_hourly
where ${bound};
comment on column tollgate.cost_hourly.endpoint is 'http.route of the nearest span above that has one.';`;

const costTotals = `
create view tollgate.cost_totals with (security_barrier) as
select tenant, day::timestamp at time zone 'UTC' as start, agent, model, provider, service, environment,${measures}
from tollgate_data.rollup_daily
where ${bound};`;

const costTotalsColumns: Readonly<Record<string, string>> = {
  tenant: 'Tenant.',
  start: 'Start of the UTC day.',
  agent: 'Agent.',
  model: 'Model that answered, else the one asked for.',
  provider: 'Provider, as OpenTelemetry names it.',
  service: 'service.name of the resource.',
  environment: 'deployment.environment.name of the resource.',
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

const TRACE_KEY = `'The trace id as bytes: decode(ID, ''hex''). It finds a trace by index.'`;

export const sql = `
${callsView(', call.trace_id as trace_key')}
${spansView(', span.trace_id as trace_key')}
${costHourly}
${costTotals}
comment on column tollgate.calls.trace_key is ${TRACE_KEY};
comment on column tollgate.spans.trace_key is ${TRACE_KEY};
comment on view tollgate.cost_totals is 'Cost by UTC day and dimension, without user and operation.';
${Object.entries(costTotalsColumns)
  .map(([name, text]) => `comment on column tollgate.cost_totals.${name} is '${text}';`)
  .join('\n')}
`;
