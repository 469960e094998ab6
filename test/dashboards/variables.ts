/**
 * How Grafana's browser part puts variables into SQL (`interpolateVariable` of `packages/grafana-sql`), before the back end expands macros.
 * A name that is no variable stays as it is: macros look like variables.
 */
export interface VariableValue {
  readonly multi: boolean;
  readonly includeAll: boolean;
  /** Several where the variable is `multi`, and where "All" is chosen and has no `allValue`. */
  readonly value: string | readonly string[];
  /** The `allValue` of the variable, when "All" is chosen: it is put in as it is. */
  readonly isAllValue?: boolean;
}

export type Variables = ReadonlyMap<string, VariableValue>;

const VARIABLE = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::([^}]+))?\}/g;

const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** A variable of one value, as a text box has it. */
export const single = (value: string): VariableValue => ({ multi: false, includeAll: false, value });

export function putVariables(sql: string, variables: Variables): string {
  return sql.replaceAll(
    VARIABLE,
    (
      written: string,
      plain: string | undefined,
      bracketed: string | undefined,
      bracketedFormat: string | undefined,
      braced: string | undefined,
      bracedFormat: string | undefined,
    ) => {
      const variable = variables.get(plain ?? bracketed ?? braced ?? '');
      if (variable === undefined) return written;
      if (variable.isAllValue === true) return [variable.value].flat().join(',');
      const format = bracketedFormat ?? bracedFormat;
      return format === undefined ? asSql(variable) : asFormat(format, [variable.value].flat());
    },
  );
}

function asSql({ value, multi, includeAll }: VariableValue): string {
  if (typeof value !== 'string') return value.map(quote).join(',');
  return multi || includeAll ? quote(value) : value.replaceAll("'", "''");
}

function asFormat(format: string, values: readonly string[]): string {
  switch (format) {
    case 'raw':
    case 'csv':
      return values.join(',');
    case 'sqlstring':
      return values.map(quote).join(',');
    case 'singlequote':
      return values.map((value) => `'${value.replaceAll("'", "\\'")}'`).join(',');
    case 'doublequote':
      return values.map((value) => `"${value.replaceAll('"', '\\"')}"`).join(',');
    case 'pipe':
      return values.join('|');
    default:
      throw new Error(`a variable in SQL has the format ${format}, expected none, raw, csv, sqlstring or pipe`);
  }
}

/** `calculateInterval` of Grafana: the range over the points that fit, rounded to a readable length, at least the minimum. */
export function intervalOf(rangeMs: number, points: number, leastMs: number): number {
  const wantedMs = rangeMs / points;
  const [, rounded] = READABLE.find(([belowMs]) => wantedMs < belowMs) ?? [0, YEAR_MS];
  return Math.max(rounded, leastMs);
}

const YEAR_MS = 31_536_000_000;
/** Below the first, the second. */
const READABLE: readonly (readonly [number, number])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1_500, 1_000],
  [3_500, 2_000],
  [7_500, 5_000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
  [604_800_000, 86_400_000],
  [1_814_400_000, 604_800_000],
  [3_628_800_000, 2_592_000_000],
];
