import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { uids } from './links.ts';
import type { BuiltPanel } from './panels.ts';
import { postgres, sqlQuery } from './query.ts';
import { ofTenant } from './sql.ts';
import type { Variable } from './variables.ts';

export interface DashboardSpec {
  readonly name: keyof typeof uids;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Variable[];
  readonly panels: readonly BuiltPanel[];
  /** Default range; `now-30d/d` begins with a whole day, so that the first bar is one. */
  readonly from: string;
  readonly refresh: string;
  readonly annotations?: readonly AnnotationQueryBuilder[];
}

/** Grafana adds this one when it is missing, and then shows the dashboard as changed. */
const builtIn = new AnnotationQueryBuilder()
  .builtIn(1)
  .name('Annotations & Alerts')
  .datasource({ type: 'grafana', uid: '-- Grafana --' })
  .type('dashboard')
  .enable(true)
  .hide(true)
  .iconColor('rgba(0, 211, 255, 1)');

const ANNOTATIONS_MAX = 200;

/** What Tollgate itself told, as lines in the charts. */
export function alertLines(name: string, types: readonly string[], iconColor: string): AnnotationQueryBuilder {
  const listed = types.map((type) => `'${type}'`).join(', ');
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(postgres)
    .enable(true)
    .hide(false)
    .iconColor(iconColor)
    .target(
      sqlQuery(
        `SELECT at AS time, message AS text, type || ',' || severity AS tags
FROM tollgate.alerts
WHERE ${ofTenant} AND $__timeFilter(at) AND type IN (${listed})
ORDER BY at DESC
LIMIT ${ANNOTATIONS_MAX}`,
        'table',
      ),
    );
}

const others = new DashboardLinkBuilder('Tollgate')
  .type(DashboardLinkType.Dashboards)
  .tags(['tollgate'])
  .tooltip('The other dashboards of Tollgate, with the same range')
  .includeVars(true)
  .keepTime(true);

/** Panels keep their own ids and places: the SDK gives no ids, and its layout does not wrap. */
export function buildDashboard(spec: DashboardSpec): Dashboard {
  const builder = new DashboardBuilder(spec.title)
    .id(null)
    .uid(uids[spec.name])
    .description(spec.description)
    .tags(['tollgate'])
    .timezone('browser')
    // Changes made in Grafana would be lost with the next version of the file.
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: spec.from, to: 'now' })
    .refresh(spec.refresh)
    .version(1)
    .preload(false)
    .link(others)
    .annotations([builtIn, ...(spec.annotations ?? [])])
    .variables([...spec.variables]);
  for (const panel of spec.panels) builder.withPanel(panel);
  const dashboard = builder.build();
  for (const variable of dashboard.templating?.list ?? []) dropForeign(variable);
  return dashboard;
}

/** The SDK gives every variable the fields of an interval; Grafana would drop them and show the dashboard as changed. */
function dropForeign(variable: VariableModel): void {
  delete variable.auto;
  delete variable.auto_min;
  delete variable.auto_count;
}
