import { describe, expect, it } from 'vitest';
import { dashboardFiles } from '../../dashboards/source/dashboards.ts';
import { type Board, boardFiles, parseBoard, readBoardText } from './board.ts';
import { linksOf, rules } from './rules.ts';

const boards = boardFiles().map((file) => parseBoard(readBoardText(file)));

describe('the JSON of the dashboards', () => {
  it('is what the source makes: npm run dashboards writes it', () => {
    expect(Object.fromEntries(boardFiles().map((file) => [file, readBoardText(file)]))).toEqual(
      Object.fromEntries(dashboardFiles()),
    );
  });

  it('is the same every time it is made', () => {
    expect(dashboardFiles()).toEqual(dashboardFiles());
  });

  it('has the five uids that links and bookmarks rest on', () => {
    expect(boards.map(({ uid }) => uid).toSorted()).toEqual([
      'tollgate-agent',
      'tollgate-budgets',
      'tollgate-health',
      'tollgate-spend',
      'tollgate-trace',
    ]);
  });

  it('has a title for each dashboard, and none is changed in Grafana', () => {
    expect(new Set(boards.map(({ title }) => title)).size).toBe(5);
    expect(boards.filter(({ editable }) => editable)).toEqual([]);
  });

  it.each(Object.entries(rules))('keeps the rule: %s', (_, rule) => {
    expect(boards.flatMap((board) => rule(board, boards))).toEqual([]);
  });

  it('puts whatever a column holds into an address as one value', () => {
    const urls = boards.flatMap(({ panels }) => panels.flatMap(linksOf)).map(({ url }) => url);
    expect(urls.length).toBeGreaterThan(20);
    expect(urls.filter((url) => /\$\{__(?:data|value)[^}]*(?<!:percentencode)\}/.test(url))).toEqual([]);
  });
});

/** One mistake each, which the rule of that name has to find, and only where it is. */
const mistakes: Readonly<Record<string, readonly [file: string, from: string | RegExp, to: string]>> = {
  'panels have ids of their own, above 0': ['spend.json', /"id": 2,/, '"id": 1,'],
  'panels have titles of their own': ['spend.json', '"title": "Users"', '"title": "Sessions"'],
  'panels lie within the grid': ['spend.json', /"x": 18,\n\s+"y": 0,\n\s+"w": 6/, '"x": 18, "y": 0, "w": 7'],
  'no panel covers another': ['spend.json', /"x": 12,\n\s+"y": 0,\n\s+"w": 6/, '"x": 12, "y": 0, "w": 7'],
  'panels are of types that are checked': ['trace.json', '"type": "traces"', '"type": "trace"'],
  'every panel says what it counts': ['spend.json', /"description": "The same by agent[^"]*"/, '"description": "Why"'],
  'units are units of Grafana': ['spend.json', '"unit": "currencyUSD"', '"unit": "usd"'],
  'data sources are variables': [
    'tollgate.json',
    /"uid": "\$\{prometheus\}"(?![^]*"uid": "\$\{prometheus\}")/,
    '"uid": "prom"',
  ],
  'queries have ids of their own and a text': ['tollgate.json', '"refId": "B"', '"refId": "A"'],
  'variables in queries, titles and links exist': [
    'spend.json',
    'var-agent=${__data.fields.Agent',
    'var-agent=${agnet}${__data.fields.Agent',
  ],
  'variables are used': ['spend.json', '"name": "tollgate_url"', '"name": "tollgate"'],
  'lists that may be All or several stand in IN': [
    'spend.json',
    /(FROM tollgate.cost_hourly\\nWHERE [^"]*)agent IN \(\$agent\)/,
    '$1agent = $agent',
  ],
  'SQL reads the stable views, sorted and bounded': [
    'spend.json',
    'FROM tollgate.sessions',
    'FROM tollgate_data.session_daily',
  ],
  'no sum is made in the browser': ['spend.json', '"lastNotNull"', '"sum"'],
  'links lead to dashboards that exist, with variables they have': [
    'spend.json',
    '/d/tollgate-agent?var-agent',
    '/d/tollgate-agent?var-agents',
  ],
};

describe('a rule', () => {
  it.each(Object.entries(mistakes))('finds the mistake: %s', (name, [file, from, to]) => {
    const text = readBoardText(file);
    const broken = text.replace(from, to);
    expect(broken).not.toBe(text);
    expect(rules[name]?.(parseBoard(broken), boards)).not.toEqual([]);
  });

  it('has a mistake that shows it', () => {
    expect(Object.keys(mistakes)).toEqual(Object.keys(rules));
  });

  const sql = (rawSql: string, type = 'table', format = 'table'): string[] => {
    const [first] = boards;
    const panel = first?.panels.find((candidate) => candidate.type === type);
    if (first === undefined || panel === undefined) throw new Error(`no panel of type ${type}`);
    const [target] = panel.targets;
    const board: Board = {
      ...first,
      panels: [{ ...panel, targets: target === undefined ? [] : [{ ...target, rawSql, format }] }],
    };
    return rules['SQL reads the stable views, sorted and bounded']?.(board, boards) ?? [];
  };

  it.each([
    ['SELECT user FROM tollgate.calls LIMIT 5', 'user without quotes'],
    ['SELECT sum(coalesce(cost_usd, 0)) FROM tollgate.calls LIMIT 5', 'an unknown cost is not 0'],
    ['SELECT model FROM tollgate.calls', 'no limit of rows'],
    ['SELECT model FROM tollgate_data.calls LIMIT 5', 'is no stable view'],
    ['SELECT model FROM tollgate.prices LIMIT 5', 'is no stable view'],
  ])('refuses %s', (text, found) => {
    expect(sql(text).join('\n')).toContain(found);
  });

  it.each([
    ['SELECT "user" FROM tollgate.calls LIMIT 5'],
    ['SELECT \'user\' AS "user", user_id FROM tollgate.calls LIMIT 5'],
    ['SELECT coalesce(sum(cost_usd), 0) FROM tollgate.calls LIMIT 5'],
  ])('takes %s', (text) => {
    expect(sql(text)).toEqual([]);
  });

  it('refuses a series that is not sorted by time', () => {
    const text = 'SELECT start AS time, cost_usd AS value FROM tollgate.cost_hourly';
    expect(sql(`${text} ORDER BY 2`, 'timeseries', 'time_series').join()).toContain('not sorted');
    expect(sql(`${text} ORDER BY 1`, 'timeseries', 'time_series')).toEqual([]);
  });
});
