import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askNamesOf, askPanel, askSql, choices, choose, type Known, type NamedRange, rangesUntil } from './asked.ts';
import { chooseValues, expandSql } from './choices.ts';
import { faultsOfNames, faultsOfResult, faultsOfType, kindOf, namesOfPanel } from './columns.ts';
import { isOfPostgres, type Panel, readDashboards } from './dashboards.ts';
import { type FilledPostgres, OTHER_TENANT, startFilledPostgres } from './filledPostgres.ts';

const dashboards = readDashboards();
const hasSql = ({ targets }: Panel): boolean => targets.some(({ rawSql }) => rawSql !== undefined);
const panels = dashboards.flatMap((dashboard) =>
  dashboard.panels.filter(hasSql).map((panel) => ({ name: `${dashboard.uid} / ${panel.title}`, dashboard, panel })),
);

let store: FilledPostgres;
let ranges: NamedRange[];
let month: NamedRange;
let known: Known;

beforeAll(async () => {
  store = await startFilledPostgres({ kind: 'postgres15' });
  ranges = rangesUntil(store.now);
  month = ranges.find(({ name }) => name.includes('from midnight')) ?? raise('no range of 30 days');
  const { items } = await store.get('/api/v1/calls?agent=planner&limit=1');
  known = { trace: items[0].trace_id, session: items[0].session, run: items[0].run };
});
afterAll(() => store[Symbol.asyncDispose]());

function raise(what: string): never {
  throw new Error(what);
}

describe('the panels of all dashboards', () => {
  it('are there, on every dashboard that asks PostgreSQL', () => {
    expect(new Set(panels.map(({ dashboard }) => dashboard.uid))).toEqual(
      new Set(['tollgate-agent', 'tollgate-budgets', 'tollgate-spend', 'tollgate-trace']),
    );
    expect(panels.length).toBeGreaterThan(20);
  });

  it.each(panels)('$name answers over every range, whatever is chosen', async ({ dashboard, panel }) => {
    const cases = ranges.flatMap(({ name, range }, rangeIndex) =>
      choices.map((choice, choiceIndex) => ({ name, range, choice, place: rangeIndex + choiceIndex })),
    );
    const faults = await Promise.all(
      cases.map(async ({ name, range, choice, place }) => {
        const chosen = choose(choice, dashboard.variables, known, place);
        const results = await askPanel(store, { dashboard, panel }, range, chosen);
        const found = results.flatMap(([target, result]) => faultsOfResult(target, result));
        return found.map((fault) => `${name}, ${choice}: ${fault}`);
      }),
    );
    expect(faults.flat()).toEqual([]);
  });

  it.each(panels)(
    '$name shows something, and has the columns that its overrides, links and type name',
    async ({ dashboard, panel }) => {
      const { timezone, values } = choose('as it opens', dashboard.variables, known, 0);
      // A trace is asked for by its id, in a box that opens empty.
      const chosen = { timezone, values: { ...values, trace_id: known.trace } };
      const results = await askPanel(store, { dashboard, panel }, month.range, chosen);
      expect(results.filter(([, { rows }]) => rows.length === 0).map(([{ refId }]) => refId)).toEqual([]);
      const names = namesOfPanel(panel, results);
      expect([...faultsOfNames(panel, names), ...faultsOfType(panel, names)]).toEqual([]);
    },
  );

  it.each(panels.filter(({ panel }) => panel.targets.some(({ rawSql }) => rawSql?.includes('$trace_id'))))(
    '$name knows a trace by its id alone, and anything else in the box is none',
    async ({ dashboard, panel }) => {
      const rowsOf = async (id: string) => {
        const { timezone, values } = choose('as it opens', dashboard.variables, known, 0);
        const chosen = { timezone, values: { ...values, trace_id: id } };
        return (await askPanel(store, { dashboard, panel }, month.range, chosen)).map(([, { rows }]) => rows);
      };
      const none = await rowsOf('0'.repeat(32));
      const { trace } = known;
      const noIds = [
        '',
        '  ',
        'trace',
        'a',
        trace.slice(1),
        `${trace}00`,
        `${trace.slice(0, -1)}g`,
        `\\x${trace}`,
        `'`,
      ];
      for (const id of noIds) expect(await rowsOf(id), id).toEqual(none);
      const found = await rowsOf(trace);
      expect(found).not.toEqual(none);
      expect(await rowsOf(`  ${trace.toUpperCase()} `)).toEqual(found);
    },
  );

  it.each(panels)('$name shows nothing of a tenant that the role is not of', async ({ dashboard, panel }) => {
    const of = async (tenant: string) => {
      const { timezone, values } = choose('as it opens', dashboard.variables, known, 0);
      const chosen = { timezone, values: { ...values, tenant } };
      return (await askPanel(store, { dashboard, panel }, month.range, chosen)).map(([, { rows }]) => rows);
    };
    expect(await of(OTHER_TENANT)).toEqual(await of('nobody'));
  });
});

const variables = dashboards.flatMap((dashboard) =>
  dashboard.variables
    .filter(isOfPostgres)
    .map((variable) => ({ name: `${dashboard.uid} / ${variable.name}`, dashboard, variable })),
);

describe('the variables of all dashboards', () => {
  it.each(variables)('$name lists names, over every range', async ({ dashboard, variable: { query = '' } }) => {
    const sql = typeof query === 'string' ? query : (query.rawSql ?? '');
    for (const { range } of ranges) {
      const opened = choose('as it opens', dashboard.variables, known, 0);
      const chosen = await chooseValues(dashboard, range, opened, askNamesOf(store));
      const result = await askSql(store, expandSql(sql, range, chosen));
      expect(faultsOfResult({ refId: 'variable', format: 'table' }, result)).toEqual([]);
      expect(result.columns.map(({ typeId }) => kindOf(typeId))).toEqual(['text']);
      const names = result.rows.map(([name]) => name);
      expect(new Set(names).size).toBe(names.length);
      if (range === month.range) expect(names.length).toBeGreaterThan(0);
    }
  });
});

const annotations = dashboards.flatMap(({ annotations: list, ...dashboard }) =>
  list.map((annotation) => ({ name: `${dashboard.uid} / ${annotation.name}`, dashboard, annotation })),
);

describe('the annotations of all dashboards', () => {
  it.each(annotations)('$name have a time and a text, over every range', async ({ dashboard, annotation }) => {
    for (const { range } of ranges) {
      const opened = choose('as it opens', dashboard.variables, known, 0);
      const chosen = await chooseValues({ ...dashboard, annotations: [] }, range, opened, askNamesOf(store));
      const result = await askSql(store, expandSql(annotation.rawSql, range, chosen));
      expect(faultsOfResult({ refId: 'annotation', format: 'table' }, result)).toEqual([]);
      const kinds = Object.fromEntries(result.columns.map(({ name, typeId }) => [name, kindOf(typeId)]));
      expect(kinds).toMatchObject({ time: 'time', text: 'text' });
      expect(Object.keys(kinds).filter((name) => !['time', 'timeend', 'text', 'tags', 'id'].includes(name))).toEqual(
        [],
      );
    }
  });
});
