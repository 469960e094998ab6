import * as units from '@grafana/grafana-foundation-sdk/units';
import type { Board, BoardPanel } from './board.ts';

/**
 * What Grafana's types accept and a person would see as broken. Each rule returns a line for each finding, `dashboard / panel: what`.
 */
type Rule = (board: Board, all: readonly Board[]) => string[];

const COLUMNS = 24;
const panelTypes = new Set(['stat', 'timeseries', 'table', 'bargauge', 'traces']);
const unitNames: ReadonlySet<unknown> = new Set<unknown>(Object.values(units));
/** Variables of Grafana itself; those of `__data` and `__value` only in links. */
const builtIn = new Set([
  '__timezone',
  '__rate_interval',
  '__range',
  '__from',
  '__to',
  '__url_time_range',
  '__timeFrom',
  '__timeTo',
  '__timeFilter',
]);
const inLinks = new Set(['__data', '__value']);
const views = new Set([
  'calls',
  'cost_hourly',
  'cost_daily',
  'cost_totals',
  'sessions',
  'runs',
  'budget_status',
  'alerts',
  'spans',
]);

const perPanel =
  (check: (panel: BoardPanel, board: Board) => readonly string[]): Rule =>
  (board) =>
    board.panels.flatMap((panel) => check(panel, board).map((found) => `${board.uid} / ${panel.title}: ${found}`));

const repeated = (values: readonly (string | number)[]): (string | number)[] =>
  values.filter((value, index) => values.indexOf(value) !== index);

const overlaps = (a: BoardPanel['gridPos'], b: BoardPanel['gridPos']): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const unitsOf = (panel: BoardPanel): unknown[] => [
  ...('unit' in panel.fieldConfig.defaults ? [panel.fieldConfig.defaults['unit']] : []),
  ...panel.fieldConfig.overrides.flatMap(({ properties }) =>
    properties.filter(({ id }) => id === 'unit').map(({ value }) => value),
  ),
];

export const linksOf = (panel: BoardPanel): { readonly title: string; readonly url: string }[] =>
  panel.fieldConfig.overrides.flatMap(({ properties }) =>
    properties.flatMap(({ id, value }) => (id === 'links' ? (value as { title: string; url: string }[]) : [])),
  );

const namesIn = (text: string): string[] =>
  [...text.matchAll(/\$\{(\w+)[.:}]|\$(\w+)/g)].map(([, braced, plain]) => braced ?? plain ?? '');

function unknownVariables(board: Board, text: string, allowed: ReadonlySet<string> = new Set()): string[] {
  const known = new Set(board.variables.map(({ name }) => name));
  return namesIn(text)
    .filter((name) => !known.has(name) && !builtIn.has(name) && !allowed.has(name))
    .map((name) => `$${name} is not a variable`);
}

/** Comments and texts in quotes hold no column. */
const bare = (sql: string): string => sql.replace(/'(?:[^']|'')*'/g, "''").replace(/"[^"]*"/g, '""');

function sqlFaults(sql: string, format: string, type: string): string[] {
  const faults: string[] = [];
  const text = bare(sql);
  for (const [, schema = '', name = ''] of text.matchAll(/\b(?:FROM|JOIN)\s+(?:(\w+)\.)?(\w+)/gi)) {
    if (schema !== '' && (schema !== 'tollgate' || !views.has(name)))
      faults.push(`${schema}.${name} is no stable view`);
  }
  if (/\buser\b(?!_)/i.test(text)) faults.push('user without quotes is the name of the role');
  if (/coalesce\(\s*cost_usd\b/i.test(text)) faults.push('an unknown cost is not 0');
  if (/\bSELECT\s+\*\s+FROM tollgate\b/i.test(text) && !/AS counter/.test(text)) faults.push('all columns of a view');
  if (format === 'time_series' && !/ AS time\b/.test(text)) faults.push('no column time');
  if (format === 'time_series' && !/ORDER BY 1(?:, 2)?$/.test(text.trim()))
    faults.push('series are not sorted by time');
  if ((type === 'table' || type === 'bargauge' || type === 'traces') && !/LIMIT \d+$/.test(text.trim()))
    faults.push('no limit of rows');
  return faults;
}

export const rules: Readonly<Record<string, Rule>> = {
  'panels have ids of their own, above 0': (board) => {
    const ids = board.panels.map(({ id }) => id);
    return [
      ...repeated(ids).map((id) => `${board.uid}: two panels ${id}`),
      ...ids.filter((id) => id <= 0).map((id) => `${board.uid}: id ${id}`),
    ];
  },
  'panels have titles of their own': (board) =>
    repeated(board.panels.map(({ title }) => title)).map((title) => `${board.uid}: two panels are called ${title}`),
  'panels lie within the grid': perPanel(({ gridPos: { x, y, w, h } }) =>
    x < 0 || y < 0 || w < 1 || h < 1 || x + w > COLUMNS ? [`x ${x} and w ${w} leave the ${COLUMNS} columns`] : [],
  ),
  'no panel covers another': (board) =>
    board.panels.flatMap((panel, index) =>
      board.panels
        .slice(index + 1)
        .filter((other) => overlaps(panel.gridPos, other.gridPos))
        .map((other) => `${board.uid}: ${panel.title} covers ${other.title}`),
    ),
  'panels are of types that are checked': perPanel(({ type }) => (panelTypes.has(type) ? [] : [`type ${type}`])),
  'every panel says what it counts': perPanel(({ description }) =>
    description.length >= 20 && /[.]$/.test(description) ? [] : [`description ${JSON.stringify(description)}`],
  ),
  'units are units of Grafana': perPanel((panel) =>
    unitsOf(panel)
      .filter((unit) => !unitNames.has(unit))
      .map((unit) => `unit ${String(unit)}`),
  ),
  'data sources are variables': perPanel(({ datasource, targets }) =>
    [datasource, ...targets.map((target) => target.datasource)]
      .filter(({ uid }) => uid !== '${datasource}' && uid !== '${prometheus}')
      .map(({ uid }) => `data source ${uid}`),
  ),
  'queries have ids of their own and a text': perPanel(({ targets }) => [
    ...(targets.length === 0 ? ['no query'] : []),
    ...repeated(targets.map(({ refId }) => refId)).map((refId) => `two queries ${refId}`),
    ...targets
      .filter(({ rawSql, expr }) => (rawSql ?? expr ?? '') === '')
      .map(({ refId }) => `query ${refId} is empty`),
  ]),
  'variables in queries, titles and links exist': (board) => [
    ...perPanel((panel) => [
      ...panel.targets.flatMap(({ rawSql = '', expr = '' }) => unknownVariables(board, `${rawSql} ${expr}`)),
      ...unknownVariables(board, panel.title),
      ...linksOf(panel).flatMap(({ url }) => unknownVariables(board, url, inLinks)),
    ])(board, []),
    ...board.variables.flatMap(({ name, query }) =>
      unknownVariables(board, query).map((found) => `${board.uid} / ${name}: ${found}`),
    ),
  ],
  'variables are used': (board) => {
    const used = new Set(namesIn(board.text));
    return board.variables
      .filter(({ name }) => !used.has(name))
      .map(({ name }) => `${board.uid}: nothing uses $${name}`);
  },
  'lists that may be All or several stand in IN': (board) =>
    board.variables
      .filter(({ isList }) => isList)
      .flatMap(({ name }) =>
        board.panels.flatMap(({ title, targets }) =>
          targets
            .flatMap(({ rawSql = '' }) =>
              [...rawSql.matchAll(new RegExp(`.{4}\\$${name}\\b`, 'gs'))].map(([around]) => around),
            )
            .filter((around) => !around.startsWith('IN ('))
            .map((around) => `${board.uid} / ${title}: ${around}`),
        ),
      ),
  'SQL reads the stable views, sorted and bounded': perPanel(({ type, targets }) =>
    targets.flatMap(({ rawSql, format = '' }) => (rawSql === undefined ? [] : sqlFaults(rawSql, format, type))),
  ),
  'no sum is made in the browser': perPanel((panel) => {
    const text = JSON.stringify([panel.options, panel.transformations]);
    return /"sum"|"total"|groupBy|calculateField/.test(text) ? ['adds up what the server has rounded'] : [];
  }),
  'links lead to dashboards that exist, with variables they have': (board, all) =>
    perPanel((panel) => linksOf(panel).flatMap(({ url }) => linkFaults(url, all)))(board, all),
};

function linkFaults(url: string, all: readonly Board[]): string[] {
  const [, uid] = /^\/d\/([\w-]+)\?/.exec(url) ?? [];
  if (uid === undefined) return /^(?:\/explore\?|\$\{tollgate_url\}\/)/.test(url) ? [] : [`link ${url}`];
  const target = all.find((board) => board.uid === uid);
  if (target === undefined) return [`no dashboard ${uid}`];
  return [...url.matchAll(/var-(\w+)=/g)]
    .map(([, name]) => name)
    .filter((name) => !target.variables.some((variable) => variable.name === name))
    .map((name) => `${uid} has no variable ${name}`);
}
