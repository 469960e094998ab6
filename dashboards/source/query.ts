import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';

/** Both are variables of the dashboard, so that a data source of another name can be chosen. */
export const postgres = { type: 'grafana-postgresql-datasource', uid: '${datasource}' };
export const prometheus = { type: 'prometheus', uid: '${prometheus}' };

type Format = 'table' | 'time_series';

/** The SDK has no builder for the PostgreSQL data source: these are the fields that its editor saves in code mode. */
export function sqlQuery(rawSql: string, format: Format, refId = 'A'): cog.Builder<cog.Dataquery> {
  const query = {
    refId,
    datasource: postgres,
    format,
    rawSql,
    rawQuery: true,
    editorMode: 'code',
    // How the SDK tells queries from other objects; a function is not written to JSON.
    _implementsDataqueryVariant: () => undefined,
  };
  return { build: () => query };
}

/** A series over the range, named by its labels, such as `{{reason}}`. */
export function rangeQuery(expr: string, legend: string, refId: string): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId).datasource(prometheus).expr(expr).legendFormat(legend).range();
}

/** One value, at the end of the range. */
export function instantQuery(expr: string, legend: string, refId: string): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(refId)
    .datasource(prometheus)
    .expr(expr)
    .legendFormat(legend)
    .format(PromQueryFormat.TimeSeries)
    .instant();
}
