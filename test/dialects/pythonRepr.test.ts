import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readReprObject, REPR_CHARS_MAX, REPR_DEPTH_MAX } from '../../src/dialects/pythonRepr.ts';

/** What Python's `str()` writes for a value. */
function repr(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    const escaped = value
      .replaceAll('\\', '\\\\')
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll('\t', '\\t');
    return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
  }
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object') throw new Error('Python has no such value');
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${repr(key)}: ${repr(item)}`)
    .join(', ')}}`;
}

const text = fc.string({ unit: fc.constantFrom('a', "'", '"', '\\', '\n', '\t', '{', '}', ',', ':', '<', 'é', '😀') });
const plain = fc.letrec<{ value: unknown; record: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('record'),
  ),
  record: fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value'), { maxKeys: 4 }),
})).record;

describe('the text of a Python dictionary', () => {
  it('is read back as what it was', () => {
    fc.assert(
      fc.property(plain, (record) => {
        fc.pre(repr(record).length <= REPR_CHARS_MAX);
        expect(JSON.stringify(readReprObject(repr(record)))).toBe(JSON.stringify(record));
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever it holds, and half of one is null', () => {
    const fragment = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      "'a'",
      ':',
      ',',
      '1',
      'None',
      'X',
      '=',
      '<',
      '>',
      '\\',
      "'",
      ' ',
    );
    fc.assert(
      fc.property(
        fc.array(fragment, { maxLength: 60 }).map((parts) => parts.join('')),
        fc.string(),
        (built, random) => {
          for (const hostile of [built, random, `{${built}`]) {
            const read = readReprObject(hostile);
            expect(read === null || typeof read === 'object').toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
    const whole = "{'prompt_tokens': 10, 'details': {'cached_tokens': 4}}";
    for (let length = 0; length < whole.length; length++) expect(readReprObject(whole.slice(0, length))).toBe(null);
    expect(readReprObject(whole)).toEqual({ prompt_tokens: 10, details: { cached_tokens: 4 } });
  });

  it.each([
    ["{'a': Usage(tokens=3, tier='x')}", { a: { tokens: 3, tier: 'x' } }],
    ["{'a': <Tier.X: 'x'>, 'b': 1}", { a: null, b: 1 }],
    ["{'a': (1, 2,), 'b': {1, 2}, 'c': {}}", { a: [1, 2], b: [1, 2], c: {} }],
    ["{'a': datetime.datetime(2026, 1, tzinfo=datetime.timezone.utc)}", { a: [2026, 1] }],
    ["{'a': b'x', 'b': -1.5e3, 'c': 1_000, 4: True}", { a: 'x', b: -1500, c: 1000, '4': true }],
    [' {"a": null, "b": [true, false]} ', { a: null, b: [true, false] }],
  ])('%s is read too', (written, expected) => {
    expect(JSON.parse(JSON.stringify(readReprObject(written)))).toMatchObject(expected);
  });

  it.each(['', 'None', '[1]', "'a'", "{'a'}", "{'a': }", "{'a': 1} x", "{'a': 1, , }", "{'a': <open}", '{1: ]}'])(
    '%j is none',
    (written) => {
      expect(readReprObject(written)).toBe(null);
    },
  );

  it(`is read to ${REPR_DEPTH_MAX} levels and ${REPR_CHARS_MAX} characters`, () => {
    const nested = (depth: number) => `${"{'a': ".repeat(depth)}1${'}'.repeat(depth)}`;
    expect(readReprObject(nested(REPR_DEPTH_MAX))).not.toBe(null);
    expect(readReprObject(nested(REPR_DEPTH_MAX + 1))).toBe(null);
    const long = (length: number) => `{'a': '${'x'.repeat(length - "{'a': ''}".length)}'}`;
    expect(readReprObject(long(REPR_CHARS_MAX))).not.toBe(null);
    expect(readReprObject(long(REPR_CHARS_MAX + 1))).toBe(null);
  });
});
