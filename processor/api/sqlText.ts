/** Collects the values of one statement, so that nothing a user sent ever stands in the text of it. */
export interface SqlValues {
  readonly values: readonly unknown[];
  /** The placeholder (`$1` …) of a value. The caller writes the cast. */
  add(value: unknown): string;
}

export function sqlValues(): SqlValues {
  const values: unknown[] = [];
  return {
    values,
    add(value) {
      values.push(value);
      return `$${values.length}`;
    },
  };
}

export interface SortKey {
  /** An expression that is never null. */
  readonly expression: string;
  readonly descending: boolean;
  /** How a cursor's text becomes a value to compare with. */
  readonly type: 'text' | 'bytea' | 'numeric' | 'timestamptz' | 'boolean';
}

/** Text is compared by its bytes, in every database alike. */
function comparable(key: SortKey): string {
  return key.type === 'text' ? `${key.expression} collate "C"` : key.expression;
}

export function orderBy(keys: readonly SortKey[]): string {
  return keys.map((key) => `${comparable(key)}${key.descending ? ' desc' : ''}`).join(', ');
}

/** True for the rows that come after the row with these key values, in the order of `orderBy`. */
export function isAfter(keys: readonly SortKey[], position: readonly string[], sql: SqlValues): string {
  const bounds = keys.map((key, index) => {
    const value = sql.add(position[index]);
    return key.type === 'bytea' ? `decode(${value}::text, 'hex')` : `${value}::${key.type}`;
  });
  const alternatives = keys.map((key, index) => {
    const equal = keys.slice(0, index).map((earlier, at) => `${earlier.expression} = ${bounds[at]}`);
    return `(${[...equal, `${comparable(key)} ${key.descending ? '<' : '>'} ${bounds[index]}`].join(' and ')})`;
  });
  // Implied by the alternatives, but only this way an index on the first key can begin where the page begins.
  const start = keys.slice(0, 1).map((key) => `${comparable(key)} ${key.descending ? '<=' : '>='} ${bounds[0]}`);
  return `(${[...start, `(${alternatives.join(' or ')})`].join(' and ')})`;
}

/** The sort key values of a row, `k0`, `k1` …, as text: what a cursor carries. */
export function positionColumns(keys: readonly SortKey[]): string[] {
  return keys.map(({ expression, type }, index) => {
    const text = type === 'bytea' ? `encode(${expression}, 'hex')` : `(${expression})::text`;
    return `${text} as k${index}`;
  });
}

export function positionOf(row: Readonly<Record<string, unknown>>, keys: readonly SortKey[]): string[] {
  return keys.map((_, index) => String(row[`k${index}`]));
}
