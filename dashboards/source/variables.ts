import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import {
  ConstantVariableBuilder,
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  TextBoxVariableBuilder,
  type VariableModel,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { postgres, prometheus } from './query.ts';
import { ofTenant, rangeStart, within } from './sql.ts';

export type Variable = cog.Builder<VariableModel>;

const ALL = { text: 'All', value: '$__all', selected: true };
/** Names a list offers at most. All and the figures under it hold for every name, and any other can be typed. */
const NAMES_MAX = 1000;

export const datasource: Variable = new DatasourceVariableBuilder('datasource')
  .label('Data source')
  .description('The PostgreSQL that Tollgate writes to')
  .type('grafana-postgresql-datasource')
  .current({ text: 'Tollgate', value: 'tollgate', selected: true });

export const prometheusSource: Variable = new DatasourceVariableBuilder('prometheus')
  .label('Prometheus')
  .description('The Prometheus that scrapes /metrics of Tollgate')
  .type('prometheus');

/** Label values of the metric that every process has. */
function labelled(label: string, title: string, within: string): Variable {
  const query = `label_values(tollgate_build_info${within}, ${label})`;
  return new QueryVariableBuilder(label)
    .label(title)
    .description(`Label ${label} that Prometheus gives the processes of Tollgate`)
    .datasource(prometheus)
    .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.+')
    .current({ ...ALL, text: ['All'], value: ['$__all'] });
}
export const job = labelled('job', 'Job', '');
export const instance = labelled('instance', 'Instance', '{job=~"$job"}');

function queried(name: string, label: string, description: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .description(description)
    .datasource(postgres)
    .query(query)
    .refresh(VariableRefresh.OnTimeRangeChanged);
}

/** Every UTC day that the range touches: of a short one that is more names, and none too few. */
const ofDays = within('start', `date_trunc('day', ${rangeStart}, 'UTC')`);

/**
 * One at a time: a session id of one tenant may be another's too, and indexes begin with the tenant. A range without calls must not leave
 * the list empty, or the panels that are about now were empty, too.
 */
export const tenant: Variable = queried(
  'tenant',
  'Tenant',
  'A role of tollgate grafana-role sees its own alone, the owner of the tables all',
  `SELECT tenant FROM tollgate.cost_totals WHERE ${ofDays}
UNION SELECT tenant FROM tollgate.cost_totals WHERE start >= now() - interval '8 days'
UNION SELECT tenant FROM tollgate.budget_status
ORDER BY 1`,
);

/** Dearest first, because the names somebody looks for are among them. */
const namesBy = (column: string): string =>
  `SELECT ${column} FROM tollgate.cost_totals WHERE ${ofDays} AND ${ofTenant} GROUP BY 1 ORDER BY sum(cost_usd) DESC NULLS LAST, 1 LIMIT ${NAMES_MAX}`;

function namesOf(column: string, label: string, description: string): Variable {
  return queried(column, label, description, namesBy(column))
    .multi(true)
    .includeAll(true)
    .allValue(column)
    .current({ ...ALL, text: ['All'], value: ['$__all'] });
}

export const environment = namesOf(
  'environment',
  'Environment',
  'deployment.environment.name; (none) is a missing one',
);
export const agents = namesOf('agent', 'Agent', 'The dearest agents of the range first; another can be typed');
export const models = namesOf('model', 'Model', 'The dearest models of the range first; another can be typed');

export const oneAgent: Variable = queried('agent', 'Agent', 'The dearest agent of the range first', namesBy('agent'));

/** A text box: a list of 50,000 users would be sent with every query. */
export const user: Variable = new TextBoxVariableBuilder('user')
  .label('User')
  .description('One user id, exactly as it is sent; empty for all')
  .defaultValue('')
  .current({ text: '', value: '', selected: true });

export const period: Variable = new CustomVariableBuilder('period')
  .label('By')
  .description('What a bar stands for, in the zone of the dashboard')
  .values('hour : hour, day : day, week : week, month : month')
  .current({ text: 'day', value: 'day', selected: true });

export const traceId: Variable = new TextBoxVariableBuilder('trace_id')
  .label('Trace')
  .description('32 hexadecimal digits')
  .defaultValue('')
  .current({ text: '', value: '', selected: true });

export const budgets: Variable = queried(
  'budget',
  'Budget',
  'Budgets with a counter whose window holds this moment',
  `SELECT DISTINCT budget FROM tollgate.budget_status WHERE ${ofTenant} ORDER BY 1 LIMIT ${NAMES_MAX}`,
)
  .multi(true)
  .includeAll(true)
  .allValue('budget')
  .current({ ...ALL, text: ['All'], value: ['$__all'] });

/** For links to the page of Tollgate itself. */
export const page: Variable = new ConstantVariableBuilder('tollgate_url')
  .label('Address of Tollgate')
  .value('http://127.0.0.1:4319');

const trackers = { tempo: 'Tempo', jaeger: 'Jaeger' };

/** Where no such data source exists, the links to it lead nowhere. */
export const traceSource = (type: keyof typeof trackers): Variable =>
  new DatasourceVariableBuilder(type)
    .label(trackers[type])
    .description(`For links to ${trackers[type]} by trace id`)
    .type(type);
