import { readFileSync } from 'node:fs';

/** Of a value that is not valid, as much as a line bears. */
const SHOWN_MAX = 100;

/** Milliseconds that every timer can hold. */
const WHOLE_NUMBER_MAX = 999_999_999;
const PORT_MAX = 65_535;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface VariableReader {
  /** The first of the names that has a value, and the value, trimmed. */
  readonly first: (...names: string[]) => [name: string, value: string | undefined];
  readonly choice: <Value extends string>(known: readonly Value[], fallback: Value, ...names: string[]) => Value;
  readonly wholeNumber: (fallback: number, ...names: string[]) => number;
  readonly port: (fallback: number, ...names: string[]) => number;
  /** The text of a file; null where none is named or it cannot be read. */
  readonly pem: (...names: string[]) => string | null;
}

/** In one line, without the name and password that an address may have. */
export function shown(value: string): string {
  const open = value.replace(/\/\/[^/?#]*@/, '//***@');
  return JSON.stringify(open.length > SHOWN_MAX ? `${open.slice(0, SHOWN_MAX)}…` : open);
}

/** Reads variables. A value that is not valid adds one line to `problems` and gives the fallback. */
export function variableReader(values: Environment, problems: string[]): VariableReader {
  const first = (...names: string[]): [name: string, value: string | undefined] => {
    const name = names.find((candidate) => (values[candidate] ?? '').trim() !== '') ?? names[0] ?? '';
    return [name, values[name]?.trim() === '' ? undefined : values[name]?.trim()];
  };
  const numberUpTo =
    (max: number, expected: string) =>
    (fallback: number, ...names: string[]): number => {
      const [name, value] = first(...names);
      if (value === undefined) return fallback;
      if (/^\d{1,9}$/.test(value) && Number(value) > 0 && Number(value) <= max) return Number(value);
      problems.push(`${name}: expected ${expected}, found ${shown(value)}; using ${fallback}`);
      return fallback;
    };
  return {
    first,
    choice(known, fallback, ...names) {
      const [name, value] = first(...names);
      const found = known.find((candidate) => candidate === value?.toLowerCase());
      if (value !== undefined && found === undefined)
        problems.push(`${name}: expected ${known.join(', ')}, found ${shown(value)}; using ${fallback}`);
      return found ?? fallback;
    },
    wholeNumber: numberUpTo(WHOLE_NUMBER_MAX, 'a positive whole number'),
    port: numberUpTo(PORT_MAX, `a whole number from 1 to ${PORT_MAX}`),
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
