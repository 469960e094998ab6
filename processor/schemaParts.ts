/** What the schemas of the configuration and of budgets are made of. Every message is the phrase that follows "expected". */
import { z } from 'zod';
import { GLOB_CHARS_MAX } from '../src/glob.ts';

export interface SchemaProblem {
  /** Dotted; '' for the value as a whole. */
  readonly path: string;
  readonly found: string;
  readonly expected: string;
}

/** A whole number, from YAML and JSON as a number, from the environment and flags as its digits. */
export function wholeNumber(min: number, max: number) {
  const error = `a whole number from ${min} to ${max}`;
  const digitsToNumber = (value: unknown): unknown =>
    typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return z
    .preprocess(digitsToNumber, z.int({ error }).min(min, { error }).max(max, { error }))
    .meta({ type: 'integer', minimum: min, maximum: max });
}

export function text(pattern: RegExp, error: string) {
  return z.string({ error }).regex(pattern, { error });
}

/** A mapping that takes these keys and no other. */
export function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? `one of the keys ${keys}` : `a mapping with the keys ${keys}`,
  });
}

export function oneOfTexts<const Texts extends readonly [string, ...string[]]>(texts: Texts) {
  return z.enum(texts, { error: `one of ${texts.join(', ')}` });
}

/** From YAML as true or false, from a variable put into it as their names. */
export function flag() {
  const namesToBoolean = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : value);
  return z.preprocess(namesToBoolean, z.boolean({ error: 'true or false' })).meta({ type: 'boolean' });
}

export function glob(of: string) {
  return text(new RegExp(`^[^\\0]{1,${GLOB_CHARS_MAX}}$`, 'u'), `a glob on ${of}, 1 to ${GLOB_CHARS_MAX} characters`);
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list whose entries' names differ; an entry without a name is left to its own problem. */
export function namedList<Entry extends z.ZodType>(entry: Entry, of: string, max: number, by: 'name' | 'id' = 'name') {
  const namesDiffer = z.check<z.output<Entry>[]>(({ value, issues }) => {
    const seen = new Set<unknown>();
    for (const [index, each] of value.entries()) {
      const name = isMapping(each) ? each[by] : undefined;
      if (typeof name !== 'string') continue;
      const message = `a name that no other of the ${of} has`;
      if (seen.has(name)) issues.push({ code: 'custom', path: [index, 'name'], input: name, message });
      seen.add(name);
    }
  });
  // Whatever else is wrong with the entries.
  namesDiffer._zod.def.when = ({ value }) => Array.isArray(value);
  return z
    .array(entry, { error: `a list of ${of}` })
    .max(max, { error: `at most ${max} ${of}` })
    .check(namesDiffer);
}

/** Everything that is wrong with `value`, an unknown key by its own path. */
export function problemsOf(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  describe: (found: unknown, path: readonly PropertyKey[]) => string,
): readonly SchemaProblem[] {
  return issues.flatMap((issue): SchemaProblem[] => {
    const expected = issue.message;
    if (issue.code !== 'unrecognized_keys') {
      return [{ path: issue.path.join('.'), found: describe(valueAt(value, issue.path), issue.path), expected }];
    }
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      found: `the unknown key ${JSON.stringify(key)}`,
      expected,
    }));
  });
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key], value);
}
