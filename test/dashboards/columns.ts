import type { Panel, Target } from './dashboards.ts';
import type { Result } from './result.ts';

/** Types by PostgreSQL's id, as Grafana's data source reads them. It knows others as text at best. */
const kinds: Readonly<Record<number, 'number' | 'text' | 'time' | 'boolean'>> = {
  16: 'boolean',
  20: 'number',
  21: 'number',
  23: 'number',
  25: 'text',
  700: 'number',
  701: 'number',
  1043: 'text',
  1114: 'time',
  1184: 'time',
  1700: 'number',
};

export const kindOf = (typeId: number): string => kinds[typeId] ?? `type ${typeId}`;

const ROWS_OF_A_TABLE_MAX = 1_000;
/** A chart is some thousand pixels wide: what has more values draws none of them. */
const ROWS_OF_SERIES_MAX = 20_000;

/** What is wrong with an answer, whatever the panel: empty is right. */
export function faultsOfResult({ format, refId }: Pick<Target, 'format' | 'refId'>, result: Result): string[] {
  const names = result.columns.map(({ name }) => name);
  const faults = result.columns
    .filter(({ typeId }) => kinds[typeId] === undefined)
    .map(({ name, typeId }) => `${refId}: column ${name} is of type ${typeId}, which Grafana does not read: cast it`);
  if (new Set(names).size !== names.length) faults.push(`${refId}: two columns share a name: ${names.join()}`);
  const most = format === 'time_series' ? ROWS_OF_SERIES_MAX : ROWS_OF_A_TABLE_MAX;
  if (result.rows.length > most) faults.push(`${refId}: ${result.rows.length} rows, expected ${most} at most`);
  return format === 'time_series' ? [...faults, ...faultsOfSeries(refId, result)] : faults;
}

function faultsOfSeries(refId: string, { columns, rows }: Result): string[] {
  const faults: string[] = [];
  const [first] = columns;
  const timeKind = kindOf(first?.typeId ?? 0);
  if (first?.name !== 'time') return [`${refId}: expected time as the first column, found ${first?.name}`];
  if (timeKind !== 'time' && timeKind !== 'number') faults.push(`${refId}: time is ${timeKind}`);
  if (!columns.slice(1).some(({ typeId }) => kindOf(typeId) === 'number'))
    faults.push(`${refId}: no column is a number`);
  const instants = rows.map(([at = null]) => (at === null ? Number.NaN : instantMs(at, timeKind)));
  if (instants.some((at) => Number.isNaN(at))) faults.push(`${refId}: a row has no time`);
  if (instants.some((at, row) => at < (instants[row - 1] ?? at)))
    faults.push(`${refId}: rows are not in the order of time`);
  const labels = columns.flatMap(({ typeId }, column) => (column === 0 || kindOf(typeId) === 'text' ? [column] : []));
  const places = new Set(rows.map((row) => JSON.stringify(labels.map((column) => row[column]))));
  // Grafana would keep the last of them and say nothing.
  if (places.size !== rows.length) faults.push(`${refId}: two rows have the same time and labels`);
  return faults;
}

const instantMs = (text: string, kind: string): number =>
  kind === 'time' ? Date.parse(text.replace(/([+-]\d\d)$/, '$1:00')) : Number(text) * 1_000;

/** Names of columns and series that the panel's answers have, after what its transformations rename. */
export function namesOfPanel(panel: Panel, results: readonly (readonly [Target, Result])[]): Set<string> {
  const names = new Set<string>();
  for (const [{ format }, { columns, rows }] of results) {
    for (const { name } of columns) names.add(name);
    const metric = columns.findIndex(({ name }) => name === 'metric');
    const isNamedByMetric = metric >= 0 && (format !== 'time_series' || columns.length === 3);
    if (isNamedByMetric) for (const row of rows) names.add(row[metric] ?? '');
  }
  for (const { id, options } of panel.transformations) {
    if (id !== 'organize') continue;
    const { renameByName = {} } = options as { renameByName?: Record<string, string> };
    for (const [name, renamed] of Object.entries(renameByName)) if (names.delete(name)) names.add(renamed);
  }
  return names;
}

/** Names in overrides, links, transformations and options that no answer has: a typo there shows nothing and says nothing. */
export function faultsOfNames(panel: Panel, names: ReadonlySet<string>): string[] {
  const named: [string, string][] = [];
  for (const { matcher, properties } of panel.fieldConfig.overrides) {
    if (matcher.id === 'byName') named.push(['an override', String(matcher.options)]);
    for (const name of fieldsOfLinks(properties)) named.push(['a link', name]);
  }
  for (const name of fieldsOfLinks(panel.fieldConfig.defaults)) named.push(['a link', name]);
  const [, only] = /^\/\^(.*)\$\/$/.exec(panel.options.reduceOptions?.fields ?? '') ?? [];
  if (only !== undefined) named.push(['reduceOptions.fields', only]);
  for (const { options } of panel.transformations) {
    for (const name of targetFields(options)) named.push(['a transformation', name]);
  }
  return named
    .filter(([, name]) => !names.has(name))
    .map(([where, name]) => `${where} names ${JSON.stringify(name)}, which is none of ${[...names].join(', ')}`);
}

function fieldsOfLinks(part: unknown): string[] {
  const text = JSON.stringify(part) ?? '';
  const found = text.matchAll(/\$\{__data\.fields(?:\.([^:}]+)|\[\\?"([^"\\]+)\\?"\])(?::\w+)?\}/g);
  return [...found].map(([, plain, quoted]) => plain ?? quoted ?? '');
}

function targetFields(options: unknown): string[] {
  const { conversions = [] } = (options ?? {}) as { conversions?: { targetField?: string }[] };
  return conversions.flatMap(({ targetField }) => targetField ?? []);
}

/** Columns that a panel of a type reads by name. */
const needed: Readonly<Record<string, readonly string[]>> = {
  traces: ['traceID', 'spanID', 'parentSpanID', 'operationName', 'serviceName', 'startTime', 'duration'],
  nodeGraph: ['id'],
};

export function faultsOfType(panel: Panel, names: ReadonlySet<string>): string[] {
  return (needed[panel.type] ?? [])
    .filter((name) => !names.has(name))
    .map((name) => `a panel of type ${panel.type} needs a column ${name}`);
}
