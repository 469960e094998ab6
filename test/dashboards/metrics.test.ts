import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHere, startHere } from '../security/running.ts';
import { readAlertQueries, readDashboards } from './dashboards.ts';
import { namedIn, readDocumented, readFamilies } from './promQl.ts';

/** What Prometheus itself puts on whatever it scrapes. */
const SCRAPED = ['job', 'instance'];

describe('what an expression names', () => {
  it('is its metrics and its labels', () => {
    const quantile = 'histogram_quantile(0.5, sum by (le, part) (rate(a_bucket{job=~"$job", x!="}"}[5m])))';
    expect(namedIn(quantile)).toEqual({
      metrics: ['a_bucket'],
      labels: ['job', 'x', 'le', 'part'],
      left: ['le', 'part'],
    });
    expect(namedIn('a / on (instance) b_total > 0.5')).toEqual({
      metrics: ['a', 'b_total'],
      labels: ['instance'],
      left: null,
    });
    expect(namedIn('sum (a) or vector(0)')).toEqual({ metrics: ['a'], labels: [], left: [] });
  });
});

const dashboards = readDashboards();
const queries = [
  ...dashboards.flatMap(({ uid, panels }) =>
    panels.flatMap(({ title, targets }) =>
      targets.flatMap(({ refId, expr, legendFormat = '' }) =>
        expr === undefined ? [] : [{ name: `${uid} / ${title} / ${refId}`, expr, legendFormat }],
      ),
    ),
  ),
  ...readAlertQueries().flatMap(({ uid, expr }) => (expr === null ? [] : [{ name: uid, expr, legendFormat: '' }])),
];
const lists = dashboards.flatMap(({ uid, variables }) =>
  variables.flatMap(({ name, query }) => {
    const text = typeof query === 'string' ? query : (query?.query ?? '');
    const [, metric, label] = /^label_values\((\w+),\s*(\w+)\)$/.exec(text) ?? [];
    return metric === undefined || label === undefined ? [] : [{ name: `${uid} / ${name}`, metric, label }];
  }),
);

describe('every metric that a panel names', () => {
  let service: RunningHere;
  let families: Map<string, Set<string>>;
  beforeAll(async () => {
    service = await startHere('embedded');
    const response = await fetch(`http://${service.api}/metrics`);
    const documented = readDocumented(
      readFileSync(new URL('../../docs/reference/metrics.md', import.meta.url), 'utf8'),
    );
    families = readFamilies(await response.text());
    for (const [name, labels] of documented) for (const label of labels) families.get(name)?.add(label);
  });
  afterAll(() => service[Symbol.asyncDispose]());

  it.each(queries)('is in /metrics of a running service, with its labels: $name', ({ expr, legendFormat }) => {
    const { metrics, labels, left } = namedIn(expr);
    expect(metrics.filter((name) => !families.has(name))).toEqual([]);
    expect(metrics.length).toBeGreaterThan(0);
    const known = new Set([...SCRAPED, ...metrics.flatMap((name) => [...(families.get(name) ?? [])])]);
    expect(labels.filter((label) => !known.has(label))).toEqual([]);
    const shown = [...legendFormat.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label = '']) => label);
    expect(shown.filter((label) => !(left ?? [...known]).includes(label))).toEqual([]);
  });

  it.each(lists)('is in /metrics where a variable lists a label of it: $name', ({ metric, label }) => {
    expect([...SCRAPED, ...(families.get(metric) ?? raise(metric))]).toContain(label);
  });

  it('is asked for by dozens of queries', () => {
    expect(queries.length).toBeGreaterThan(20);
  });
});

function raise(metric: string): never {
  throw new Error(`no metric ${metric}`);
}
