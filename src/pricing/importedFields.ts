import { TollgateError } from '../errors.ts';

type Fields = Readonly<Record<string, unknown>>;

const FOUND_CHARS_MAX = 60;

/** Where in the imported data: `openai.models[3].prices`. */
export type Path = string;

export function refuse(path: Path, expected: string, found: unknown): never {
  throw new TollgateError('bad_parameter', `${path}: expected ${expected}, found ${foundText(found)}`);
}

function foundText(found: unknown): string {
  if (found === undefined) return 'nothing';
  if (Array.isArray(found)) return `an array of ${found.length}`;
  if (typeof found === 'object' && found !== null) return 'an object';
  if (typeof found !== 'string') return `${found as number | boolean | null}`;
  return JSON.stringify(found.length > FOUND_CHARS_MAX ? `${found.slice(0, FOUND_CHARS_MAX)}…` : found);
}

export function readFields(path: Path, value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(path, 'an object', value);
  return value as Fields;
}

export function readArray(path: Path, value: unknown, entriesMax: number): readonly unknown[] {
  if (!Array.isArray(value) || value.length > entriesMax)
    return refuse(path, `an array of at most ${entriesMax}`, value);
  return value;
}

export function readText(path: Path, value: unknown, charsMax: number): string {
  if (typeof value !== 'string' || value === '' || value.length > charsMax) {
    return refuse(path, `1 to ${charsMax} characters`, value);
  }
  return value;
}

export function readNumber(path: Path, value: unknown, max: number): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= max))
    return refuse(path, `a number from 0 to ${max}`, value);
  return value;
}
