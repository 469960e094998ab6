/**
 * The query parameters, each checked once and described once: `meta` is what `/openapi.json` says of it, and every message
 * is the phrase that follows "expected".
 */
import { z } from 'zod';
import { parseUsd } from '../../src/money.ts';
import { type Dimension, dimensions } from './coverage.ts';
import type { Filters, GroupKey } from './facts.ts';
import { intervals, isTimeZone } from './timeZone.ts';

const LIMIT_DEFAULT = 50;
export const LIMIT_MAX = 1000;
/** Bytes are what PostgreSQL counts, but a name this long is no name in any alphabet. */
export const VALUE_LENGTH_MAX = 4096;
const FILTER_VALUES_MAX = 100;
const GROUP_KEYS_MAX = 4;
const TAG_FILTERS_MAX = 10;
const CURSOR_LENGTH_MAX = 16_384;
const TAG_PREFIX = 'tag.';

const once = (expected: string): { error: string } => ({ error: `${expected}, given once` });

/** PostgreSQL's text holds every character but NUL. */
function isValue(text: string): boolean {
  return text.length > 0 && text.length <= VALUE_LENGTH_MAX && !text.includes('\0');
}
const VALUE_EXPECTED = `a text of 1 to ${VALUE_LENGTH_MAX} characters without NUL`;

/** Divides at commas; `\,` is a comma and `\\` a backslash of the value itself. */
function splitList(text: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === ',') parts.push('');
    else if (character === '\\' && (next === ',' || next === '\\')) {
      parts[parts.length - 1] += next;
      at += 1;
    } else parts[parts.length - 1] += character;
  }
  return parts;
}

/** One or more values: the parameter repeated, or commas. */
function list<T>(expected: string, max: number, read: (part: string) => T | null): z.ZodType<T[], unknown> {
  return z
    .unknown()
    .transform((input, context): T[] => {
      const texts = Array.isArray(input) ? input : [input];
      const parts = texts.flatMap((text) => (typeof text === 'string' ? splitList(text) : ['']));
      const values = parts.map(read).filter((value) => value !== null);
      if (values.length === parts.length && parts.length <= max) return values;
      context.issues.push({
        code: 'custom',
        input,
        message: `${expected}; 1 to ${max}, repeated or separated by commas`,
      });
      return z.NEVER;
    })
    .meta({ type: 'array', items: { type: 'string' }, maxItems: max, description: expected }) as z.ZodType<
    T[],
    unknown
  >;
}

const values = list(VALUE_EXPECTED, FILTER_VALUES_MAX, (part) => (isValue(part) ? part : null));

export function oneOfList<T extends string>(known: readonly T[]): z.ZodType<T[], unknown> {
  return list(`any of ${known.join(', ')}`, known.length, (part) => known.find((name) => name === part) ?? null);
}

const isDimension = (name: string): name is Dimension => dimensions.some((dimension) => dimension === name);

const groupKey = (part: string): GroupKey | null => {
  if (isDimension(part)) return { dimension: part };
  const tag = tagName(part);
  return tag === null ? null : { tag };
};

export const groupByParameter = list(`any of ${dimensions.join(', ')}, tag.NAME`, GROUP_KEYS_MAX, groupKey).refine(
  (keys) => new Set(keys.map(groupKeyName)).size === keys.length,
  'each dimension once',
);

export function groupKeyName(key: GroupKey): string {
  return 'tag' in key ? `${TAG_PREFIX}${key.tag}` : key.dimension;
}

export function oneOf<const T extends readonly [string, ...string[]]>(known: T): z.ZodEnum<{ [K in T[number]]: K }> {
  return z.enum(known, once(`one of ${known.join(', ')}`));
}

/** `field` or `-field`. */
export function sortParameter<const T extends readonly string[]>(
  fields: T,
): z.ZodType<T[number] | `-${T[number]}`, unknown> {
  const known = fields.flatMap((field) => [field, `-${field}`]);
  const first = known[0] ?? '';
  return z.enum(
    [first, ...known.slice(1)],
    once(`one of ${fields.join(', ')}, with - before it for descending`),
  ) as never;
}

const instant = z.string(once('an ISO 8601 instant or date')).meta({
  description: 'An ISO 8601 instant with offset and at most microseconds, or a date, which begins in `timezone`',
});

export const periodParameters = {
  period: oneOf(['24h', '7d', '30d', '90d'])
    .optional()
    .meta({ description: 'Ends now. Default 30d; not together with from or to' }),
  from: instant.optional(),
  to: instant.optional(),
  timezone: z
    .string(once('an IANA time zone name'))
    .refine(isTimeZone, 'an IANA time zone name, such as Europe/Berlin')
    .default('UTC')
    .meta({ description: 'IANA time zone: sets where days, weeks and months begin' }),
};

export const intervalParameter = oneOf(intervals);

const LIMIT_EXPECTED = `a whole number from 1 to ${LIMIT_MAX}`;
export const pageParameters = {
  limit: z
    .string(once(LIMIT_EXPECTED))
    .refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= LIMIT_MAX, LIMIT_EXPECTED)
    .transform(Number)
    .default(LIMIT_DEFAULT)
    .meta({ type: 'integer', minimum: 1, maximum: LIMIT_MAX, description: 'Rows of one page' }),
  cursor: z
    .string(once('a cursor as an earlier answer gave it'))
    .max(CURSOR_LENGTH_MAX, `a cursor of at most ${CURSOR_LENGTH_MAX} characters`)
    .optional()
    .meta({ description: '`next_cursor` of the page before, with the same parameters' }),
};

const filterShape = Object.fromEntries(
  dimensions.map((dimension) => [
    dimension,
    values
      .optional()
      .meta({ description: `Only calls of any of these; (none) is a missing ${dimension}, \\, a comma` }),
  ]),
) as Record<Dimension, z.ZodOptional<typeof values>>;

export const usdParameter = z
  .string(once('a decimal number of USD'))
  .refine(
    (text) => parseUsd(text) !== null,
    'a decimal number of USD such as 0.05, without exponent, at most 15 decimals',
  );

const hexadecimal = (digits: number): z.ZodType<string, string> =>
  z
    .string(once(`${digits} hexadecimal digits`))
    .regex(new RegExp(`^[0-9a-fA-F]{${digits}}$`), `${digits} hexadecimal digits`)
    .toLowerCase();
export const traceIdParameter = hexadecimal(32);
export const spanIdParameter = hexadecimal(16);
export const idParameter = z.string(once(VALUE_EXPECTED)).refine(isValue, VALUE_EXPECTED);

/** Of a call that takes no parameters. */
export const noQuery = z.object({}).catchall(z.custom(() => false, 'no parameter at all'));

/**
 * The query of a call: its own parameters, the filters but `except`, and `tag.NAME`. Anything else is refused, since a
 * misspelt filter that is passed over gives a sum that looks right.
 */
export function querySchema<Shape extends z.ZodRawShape>(shape: Shape, except?: Dimension) {
  const filters = Object.fromEntries(Object.entries(filterShape).filter(([name]) => name !== except));
  const known = [...Object.keys(shape), ...Object.keys(filters)];
  const tagsOf = (
    query: Readonly<Record<string, unknown>>,
    context: { issues: z.core.$ZodRawIssue[] },
  ): Map<string, string[]> => {
    const tags = new Map<string, string[]>();
    for (const [name, input] of Object.entries(query).filter(([key]) => !known.includes(key))) {
      const tag = tagName(name);
      const read = values.safeParse(input);
      if (tag !== null && read.success && tags.size < TAG_FILTERS_MAX) tags.set(tag, read.data);
      else context.issues.push({ code: 'custom', path: [name], input, message: expectedOf(tag, read, known) });
    }
    return tags;
  };
  // Runs whatever else is wrong, so that a misspelt name is told together with a bad value.
  const noStrangers = z.check<Record<string, unknown>>((context) => void tagsOf(context.value, context));
  noStrangers._zod.def.when = () => true;
  return z
    .object(shape)
    .extend(filters as Partial<typeof filterShape>)
    .catchall(z.unknown())
    .check(noStrangers)
    .transform((query, context) => ({
      ...query,
      filters: { dimensions: dimensionFilters(query), tags: tagsOf(query, context) } satisfies Filters,
    }));
}

/** The query of a call that takes these parameters and no filters. */
export function strictQuery<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, { error: `a parameter of this call: ${Object.keys(shape).join(', ')}` });
}

function tagName(parameter: string): string | null {
  const name = parameter.slice(TAG_PREFIX.length);
  return parameter.startsWith(TAG_PREFIX) && isValue(name) ? name : null;
}

function expectedOf(tag: string | null, read: z.ZodSafeParseResult<string[]>, known: readonly string[]): string {
  if (tag === null) return `a parameter of this call: ${known.join(', ')}, tag.NAME`;
  return read.success ? `at most ${TAG_FILTERS_MAX} tag filters` : (read.error.issues[0]?.message ?? VALUE_EXPECTED);
}

function dimensionFilters(query: Record<string, unknown>): Map<Dimension, readonly string[]> {
  const filters = new Map<Dimension, readonly string[]>();
  for (const dimension of dimensions) {
    const found = query[dimension];
    if (Array.isArray(found)) filters.set(dimension, found as string[]);
  }
  return filters;
}
