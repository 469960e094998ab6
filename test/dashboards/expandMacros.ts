/**
 * What Grafana's back end makes of the SQL of a PostgreSQL panel, after the browser has put in the variables (`variables.ts`). It is plain text
 * replacement: macros end at the first `)` and their arguments are split at each comma, whatever stands in quotes.
 * As in `pkg/tsdb/grafana-postgresql-datasource/macros.go` of Grafana, without TimescaleDB.
 */
export interface QueryRange {
  readonly from: Date;
  readonly to: Date;
  readonly intervalMs: number;
}

export interface Expanded {
  readonly sql: string;
  /** What gaps in the series are filled with afterwards: `NULL`, `previous` or a number; null where nothing is. */
  readonly fill: string | null;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const MS_A_SECOND = 1_000;
const NANO_A_MS = 1_000_000n;
const MACRO = /\$([_a-zA-Z0-9]+)\(([^)]*)\)/g;

/** `M` and `y` depend on today's date in Grafana: a dashboard that has them gives another sum next month, so they are refused. */
function millisecondsOf(interval: string): number {
  const [, count, unit = ''] = /^(\d+)(ms|[smhdw])$/.exec(interval) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count === undefined || unitMs === undefined) throw new Error(`error parsing interval ${interval}`);
  return Number(count) * unitMs;
}

/** As Grafana writes an interval: the largest unit, rounded down. */
export function formatInterval(intervalMs: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const unitMs = UNIT_MS[unit] ?? 1;
    if (intervalMs >= unitMs) return `${Math.floor(intervalMs / unitMs)}${unit}`;
  }
  return `${intervalMs}ms`;
}

/** Go's RFC3339Nano: zeros at the end of the fraction are dropped. */
const instant = (at: Date): string => {
  const text = at.toISOString();
  return `'${text.replace(/\.?0*Z$/, 'Z')}'`;
};
const epochSeconds = (at: Date): string => String(Math.floor(at.getTime() / MS_A_SECOND));
const epochNano = (at: Date): string => String(BigInt(at.getTime()) * NANO_A_MS);

export function expandMacros(written: string, range: QueryRange): Expanded {
  const { from, to, intervalMs } = range;
  // These three stand before the macros, so they may be arguments of one.
  const text = written
    .replaceAll('$__interval_ms', String(intervalMs))
    .replaceAll('$__interval', formatInterval(intervalMs))
    .replaceAll('$__unixEpochFrom()', epochSeconds(from))
    .replaceAll('$__unixEpochTo()', epochSeconds(to));
  const fills: string[] = [];
  const sql = text.replaceAll(MACRO, (call: string, name: string, between: string) => {
    const args = between.split(',').map((argument) => argument.replaceAll(/^ +| +$/g, ''));
    // Looks at the first occurrence of the same text, whichever of them is being replaced.
    const isFollowedByComma = text[text.indexOf(call) + call.length] === ',';
    const { sql: replaced, fill } = evaluate(
      name === '__timeGroup' && isFollowedByComma ? '__timeGroupAlias' : name,
      args,
      range,
    );
    if (fill !== null) fills.push(fill);
    return replaced;
  });
  return { sql, fill: fills.at(-1) ?? null };
}

function evaluate(name: string, args: readonly string[], range: QueryRange): Expanded {
  const [column = ''] = args;
  const { from, to } = range;
  const plain = (sql: string): Expanded => ({ sql, fill: null });
  switch (name) {
    case '__time':
      return plain(`${column} AS "time"`);
    case '__timeEpoch':
      return plain(`extract(epoch from ${column}) as "time"`);
    case '__timeFilter':
      return plain(`${column} BETWEEN ${instant(from)} AND ${instant(to)}`);
    case '__timeFrom':
      return plain(instant(from));
    case '__timeTo':
      return plain(instant(to));
    case '__timeGroup':
      return group(name, args, `extract(epoch from ${column})`);
    case '__unixEpochGroup':
      return group(name, args, `(${column})`);
    case '__timeGroupAlias':
    case '__unixEpochGroupAlias': {
      const { sql, fill } = evaluate(name.slice(0, -'Alias'.length), args, range);
      return { sql: `${sql} AS "time"`, fill };
    }
    case '__unixEpochFilter':
      return plain(`${column} >= ${epochSeconds(from)} AND ${column} <= ${epochSeconds(to)}`);
    case '__unixEpochNanoFilter':
      return plain(`${column} >= ${epochNano(from)} AND ${column} <= ${epochNano(to)}`);
    case '__unixEpochNanoFrom':
      return plain(epochNano(from));
    case '__unixEpochNanoTo':
      return plain(epochNano(to));
    default:
      throw new Error(`unknown macro "${name}"`);
  }
}

function group(name: string, [, interval, fill]: readonly string[], seconds: string): Expanded {
  if (interval === undefined) throw new Error(`macro ${name} needs time column and interval and optional fill value`);
  const length = millisecondsOf(interval.replaceAll(/^'+|'+$/g, '')) / MS_A_SECOND;
  if (fill !== undefined && !/^(?:NULL|previous|-?\d+(?:\.\d+)?)$/.test(fill)) {
    throw new Error(`error parsing fill value ${fill}`);
  }
  return { sql: `floor(${seconds}/${length})*${length}`, fill: fill ?? null };
}
