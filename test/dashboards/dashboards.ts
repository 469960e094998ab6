import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';

const FOLDER = fileURLToPath(new URL('../../dashboards/grafana/', import.meta.url));

/** Of the JSON of a dashboard what decides which queries run, and what is done with their columns. */
const targetSchema = z.object({
  refId: z.string(),
  format: z.string().optional(),
  rawSql: z.string().optional(),
  expr: z.string().optional(),
  legendFormat: z.string().optional(),
  hide: z.boolean().optional(),
});

const overrideSchema = z.object({
  matcher: z.object({ id: z.string(), options: z.unknown().optional() }),
  properties: z.array(z.object({ id: z.string(), value: z.unknown().optional() })),
});

const panelSchema = z.object({
  id: z.number(),
  type: z.string(),
  title: z.string().default(''),
  interval: z.string().optional(),
  targets: z.array(targetSchema).default([]),
  options: z.looseObject({ reduceOptions: z.looseObject({ fields: z.string().default('') }).optional() }).default({}),
  fieldConfig: z
    .looseObject({ defaults: z.unknown().optional(), overrides: z.array(overrideSchema).default([]) })
    .default({ overrides: [] }),
  transformations: z.array(z.object({ id: z.string(), options: z.unknown() })).default([]),
});
export type Panel = z.output<typeof panelSchema>;
export type Target = z.output<typeof targetSchema>;

const currentSchema = z.looseObject({ value: z.union([z.string(), z.array(z.string())]).optional() });

const variableSchema = z.object({
  name: z.string(),
  type: z.string(),
  multi: z.boolean().default(false),
  includeAll: z.boolean().default(false),
  allValue: z.string().nullish(),
  datasource: z.looseObject({ type: z.string() }).optional(),
  query: z
    .union([z.string(), z.looseObject({ rawSql: z.string().optional(), query: z.string().optional() })])
    .optional(),
  current: currentSchema.default({}),
});
export type Variable = z.output<typeof variableSchema>;

const annotationSchema = z.looseObject({
  name: z.string(),
  rawSql: z.string().optional(),
  rawQuery: z.string().optional(),
  target: z.looseObject({ rawSql: z.string().optional() }).optional(),
});

const dashboardSchema = z.object({
  uid: z.string(),
  title: z.string(),
  panels: z.array(z.looseObject({ type: z.string(), panels: z.array(z.unknown()).optional() })),
  templating: z.object({ list: z.array(variableSchema) }),
  annotations: z.object({ list: z.array(annotationSchema) }).default({ list: [] }),
});

export const isOfPostgres = ({ type, datasource }: Variable): boolean =>
  type === 'query' && datasource?.type === 'grafana-postgresql-datasource';

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  /** Those in collapsed rows too; no rows. */
  readonly panels: readonly Panel[];
  readonly variables: readonly Variable[];
  readonly annotations: readonly { readonly name: string; readonly rawSql: string }[];
}

export function readDashboards(folder = FOLDER): Dashboard[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => readDashboard(JSON.parse(readFileSync(path.join(folder, name), 'utf8'))));
}

function readDashboard(json: unknown): Dashboard {
  const { uid, title, panels, templating, annotations } = dashboardSchema.parse(json);
  const all = panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
  return {
    uid,
    title,
    panels: all.map((panel) => panelSchema.parse(panel)),
    variables: templating.list,
    annotations: annotations.list.flatMap(({ name, rawSql, rawQuery, target }) => {
      const sql = target?.rawSql ?? rawSql ?? rawQuery;
      return sql === undefined ? [] : [{ name, rawSql: sql }];
    }),
  };
}

const ruleSchema = z.looseObject({
  uid: z.string(),
  title: z.string(),
  data: z.array(
    z.looseObject({
      refId: z.string(),
      datasourceUid: z.string(),
      relativeTimeRange: z.object({ from: z.number(), to: z.number() }).optional(),
      model: z.looseObject({
        rawSql: z.string().optional(),
        expr: z.string().optional(),
        format: z.string().optional(),
      }),
    }),
  ),
});
const alertingSchema = z.object({ groups: z.array(z.looseObject({ rules: z.array(ruleSchema) })) });

export interface AlertQuery {
  readonly uid: string;
  readonly refId: string;
  readonly datasourceUid: string;
  readonly rawSql: string | null;
  readonly expr: string | null;
  /** Seconds before now. */
  readonly range: { readonly from: number; readonly to: number };
}

/** Queries of the alert rules; expressions over them are none. */
export function readAlertQueries(): AlertQuery[] {
  const folder = path.join(FOLDER, 'provisioning', 'alerting');
  const groups = readdirSync(folder).flatMap(
    (name) => alertingSchema.parse(parse(readFileSync(path.join(folder, name), 'utf8'))).groups,
  );
  return groups.flatMap(({ rules }) =>
    rules.flatMap(({ uid, data }) =>
      data.flatMap(({ refId, datasourceUid, relativeTimeRange, model: { rawSql = null, expr = null } }) =>
        datasourceUid === '__expr__'
          ? []
          : [{ uid, refId, datasourceUid, rawSql, expr, range: relativeTimeRange ?? { from: 0, to: 0 } }],
      ),
    ),
  );
}
