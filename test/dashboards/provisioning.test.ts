import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { boardFiles, parseBoard, readBoardText } from './board.ts';

const read = (kind: string): unknown =>
  parse(
    readFileSync(
      fileURLToPath(new URL(`../../dashboards/grafana/provisioning/${kind}/tollgate.yaml`, import.meta.url)),
      'utf8',
    ),
  );

/** The fields that Grafana's documentation of provisioning names, and no others: a misspelt one would be passed over in silence there. */
const dataSources = z.strictObject({
  apiVersion: z.literal(1),
  datasources: z.array(
    z.strictObject({
      name: z.string(),
      uid: z.literal('tollgate'),
      type: z.literal('grafana-postgresql-datasource'),
      access: z.literal('proxy'),
      url: z.string(),
      user: z.string(),
      secureJsonData: z.strictObject({ password: z.string() }),
      jsonData: z.strictObject({
        database: z.string(),
        sslmode: z.enum(['disable', 'require', 'verify-ca', 'verify-full']),
        postgresVersion: z.int(),
        timescaledb: z.literal(false),
        maxOpenConns: z.int(),
        maxIdleConns: z.int(),
        connMaxLifetime: z.int(),
        timeInterval: z.string(),
      }),
    }),
  ),
});

const providers = z.strictObject({
  apiVersion: z.literal(1),
  providers: z.array(
    z.strictObject({
      name: z.string(),
      orgId: z.int(),
      folder: z.string(),
      folderUid: z.string(),
      type: z.literal('file'),
      disableDeletion: z.boolean(),
      allowUiUpdates: z.literal(false),
      updateIntervalSeconds: z.int(),
      options: z.strictObject({ path: z.string().startsWith('/var/lib/grafana/dashboards/') }),
    }),
  ),
});

const range = z.strictObject({ from: z.int().positive(), to: z.literal(0) });
const query = z.strictObject({
  refId: z.literal('A'),
  relativeTimeRange: range,
  datasourceUid: z.literal('tollgate'),
  model: z.strictObject({
    refId: z.literal('A'),
    datasource: z.strictObject({ type: z.literal('grafana-postgresql-datasource'), uid: z.literal('tollgate') }),
    format: z.literal('table'),
    rawQuery: z.literal(true),
    editorMode: z.literal('code'),
    rawSql: z.string(),
  }),
});
const threshold = z.strictObject({
  refId: z.literal('B'),
  relativeTimeRange: range,
  datasourceUid: z.literal('__expr__'),
  model: z.strictObject({
    refId: z.literal('B'),
    datasource: z.strictObject({ type: z.literal('__expr__'), uid: z.literal('__expr__') }),
    type: z.literal('threshold'),
    expression: z.literal('A'),
    conditions: z.tuple([
      z.strictObject({ evaluator: z.strictObject({ type: z.literal('gt'), params: z.tuple([z.number()]) }) }),
    ]),
  }),
});
const ruleSchema = z.strictObject({
  uid: z.string().max(40),
  title: z.string(),
  condition: z.literal('B'),
  for: z.string().regex(/^\d+[sm]$/),
  noDataState: z.enum(['OK', 'NoData', 'Alerting', 'KeepLast']),
  execErrState: z.enum(['OK', 'Error', 'Alerting', 'KeepLast']),
  dashboardUid: z.string(),
  panelId: z.int(),
  labels: z.record(z.string(), z.string()),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
  data: z.tuple([query, threshold]),
});
const alerting = z.strictObject({
  apiVersion: z.literal(1),
  groups: z.array(
    z.strictObject({
      orgId: z.int(),
      name: z.string(),
      folder: z.literal('Tollgate'),
      interval: z.string(),
      rules: z.array(ruleSchema),
    }),
  ),
});

describe('the provisioning files', () => {
  const boards = boardFiles().map((file) => parseBoard(readBoardText(file)));
  const rules = alerting.parse(read('alerting')).groups.flatMap((group) => group.rules);

  it('name one data source by the uid that the dashboards start with', () => {
    const [source] = dataSources.parse(read('datasources')).datasources;
    expect(source?.uid).toBe('tollgate');
    expect(source?.secureJsonData.password).toMatch(/^\$\w+$/);
  });

  it('put the dashboards into the folder that the alert rules name', () => {
    expect(providers.parse(read('dashboards')).providers.map(({ folder }) => folder)).toEqual(['Tollgate']);
  });

  it('have alert rules with uids and titles of their own', () => {
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(rules.length);
    expect(new Set(rules.map(({ title }) => title)).size).toBe(rules.length);
  });

  it.each(rules)('link $uid to a panel that exists', ({ dashboardUid, panelId }) => {
    const board = boards.find(({ uid }) => uid === dashboardUid);
    expect(board?.panels.map(({ id }) => id)).toContain(panelId);
  });

  it.each(rules)('ask $uid without variables and with a limit of rows', ({ data: [{ model }] }) => {
    expect(model.rawSql).not.toMatch(/\$/);
    expect(model.rawSql.trim()).toMatch(/LIMIT \d+$/);
  });

  it.each(rules)('tell of $uid only what its query has', ({ annotations, data: [{ model }] }) => {
    const told = [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label ?? '');
    expect(told.filter((label) => !new RegExp(`\\b${label}\\b`).test(model.rawSql))).toEqual([]);
    expect(annotations.summary).toContain('$values.A.Value');
  });

  it('leave no dollar in what Grafana takes for a variable of the environment', () => {
    expect(
      rules.flatMap(({ title, labels }) => [title, ...Object.values(labels)]).filter((text) => text.includes('$')),
    ).toEqual([]);
  });
});
