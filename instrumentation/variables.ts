import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface VariableReader {
  /** The first of the names that has a value, and the value, trimmed. */
  readonly first: (...names: string[]) => [name: string, value: string | undefined];
  readonly choice: <Value extends string>(known: readonly Value[], fallback: Value, ...names: string[]) => Value;
  readonly wholeNumber: (fallback: number, ...names: string[]) => number;
  /** The text of a file; null where none is named or it cannot be read. */
  readonly pem: (...names: string[]) => string | null;
}

/** Reads variables. A value that is not valid adds one line to `problems` and gives the fallback. */
export function variableReader(values: Environment, problems: string[]): VariableReader {
  const first = (...names: string[]): [name: string, value: string | undefined] => {
    const name = names.find((candidate) => (values[candidate] ?? '').trim() !== '') ?? names[0] ?? '';
    return [name, values[name]?.trim() === '' ? undefined : values[name]?.trim()];
  };
  return {
    first,
    choice(known, fallback, ...names) {
      const [name, value] = first(...names);
      const found = known.find((candidate) => candidate === value?.toLowerCase());
      if (value !== undefined && found === undefined)
        problems.push(`${name}: expected ${known.join(', ')}, found "${value}"; using ${fallback}`);
      return found ?? fallback;
    },
    wholeNumber(fallback, ...names) {
      const [name, value] = first(...names);
      if (value === undefined) return fallback;
      if (/^\d{1,9}$/.test(value) && Number(value) > 0) return Number(value);
      problems.push(`${name}: expected a positive whole number, found "${value}"; using ${fallback}`);
      return fallback;
    },
    pem(...names) {
      const [name, path] = first(...names);
      if (path === undefined) return null;
      try {
        return readFileSync(path, 'utf8');
      } catch (fault) {
        problems.push(`${name}: ${String(fault)}; using none`);
        return null;
      }
    },
  };
}
