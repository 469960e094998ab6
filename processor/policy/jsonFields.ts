import { cleanDimension } from '../../src/attribution/cleanDimension.ts';
import { BadParameters, type ParameterFault } from '../api/problem.ts';

/** What of a bad value is repeated to the sender. */
const FOUND_CHARS_MAX = 120;
/** Faults named in one answer; a body of 64 KiB could hold ten thousand. */
const FAULTS_MAX = 50;

/** All that is wrong with one body. */
export class BodyFaults {
  readonly #faults: ParameterFault[] = [];

  add(field: string, found: unknown, expected: string): void {
    if (this.#faults.length < FAULTS_MAX) this.#faults.push({ field, found: describeJson(found), expected });
  }

  /** Throws where anything was wrong. */
  settle(): void {
    if (this.#faults.length > 0) throw new BadParameters(this.#faults);
  }
}

/** Never deeper than one level: what is nested without end costs no stack here. */
function describeJson(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (value === Infinity || value === -Infinity) return 'a number beyond what a double holds';
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'nothing';
  const text = JSON.stringify(value.slice(0, FOUND_CHARS_MAX));
  return value.length > FOUND_CHARS_MAX ? `${text.slice(0, -1)}…"` : text;
}

function oneOfKeys(known: ReadonlySet<string>): string {
  return `one of the keys ${[...known].join(', ')}`;
}

/**
 * An object of a body, whose members are read one by one; null stands for absent. Written out by hand, because a schema
 * library takes longer over a decision's body than everything else between the socket and the gate.
 */
export class JsonFields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #faults: BodyFaults;

  private constructor(values: Readonly<Record<string, unknown>>, path: string, faults: BodyFaults) {
    this.#values = values;
    this.#path = path;
    this.#faults = faults;
  }

  /** Null, and a fault, where it is no object. A key that is not known is a fault too: a misspelt limit would not hold. */
  static read(value: unknown, path: string, known: ReadonlySet<string>, faults: BodyFaults): JsonFields | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      faults.add(path === '' ? 'body' : path, value, `an object with the keys ${[...known].join(', ')}`);
      return null;
    }
    const fields = new JsonFields(value as Readonly<Record<string, unknown>>, path === '' ? '' : `${path}.`, faults);
    for (const key in value) {
      if (!known.has(key)) fields.fault(key.slice(0, FOUND_CHARS_MAX), fields.member(key), oneOfKeys(known));
    }
    return fields;
  }

  fault(name: string, found: unknown, expected: string): void {
    this.#faults.add(this.#path + name, found, expected);
  }

  /** Undefined where it is absent. */
  member(name: string): unknown {
    return Object.hasOwn(this.#values, name) ? this.#values[name] : undefined;
  }

  isAbsent(name: string): boolean {
    return (this.#values[name] ?? null) === null;
  }

  /** As spans' dimensions are cleaned, so that counters of both agree. */
  dimension(name: string): string | null {
    const value = this.#values[name] ?? null;
    if (value === null) return null;
    if (typeof value === 'string') return cleanDimension(value);
    this.fault(name, value, 'a text');
    return null;
  }

  /** A text that is kept as it is. */
  text(name: string, pattern: RegExp, expected: string): string | null {
    const value = this.#values[name] ?? null;
    if (value === null) return null;
    if (typeof value === 'string' && pattern.test(value)) return value;
    this.fault(name, value, expected);
    return null;
  }

  count(name: string, max: number, min = 0): number | null {
    const value = this.#values[name] ?? null;
    if (value === null) return null;
    // -0 is a whole number as well; it becomes 0.
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value + 0;
    this.fault(name, value, `a whole number from ${min} to ${max}`);
    return null;
  }

  flag(name: string, absent: boolean): boolean {
    const value = this.#values[name] ?? null;
    if (value === null) return absent;
    if (typeof value === 'boolean') return value;
    this.fault(name, value, 'true or false');
    return absent;
  }

  oneOf<T extends string>(name: string, known: readonly T[]): T | null {
    const value = this.#values[name] ?? null;
    if (value === null) return null;
    const found = known.find((each) => each === value);
    if (found === undefined) this.fault(name, value, `one of ${known.join(', ')}`);
    return found ?? null;
  }
}
