import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeTraces } from '../../processor/decode/decodeTraces.ts';
import { findSyntaxFault } from '../../processor/decode/jsonSyntax.ts';

describe('nesting', () => {
  it('as deep as the body limit allows is no more than malformed', () => {
    const deep = Buffer.from('['.repeat(5_000_000));
    const decode = (): unknown => decodeTraces('json', deep, { exact: new Set(), prefixes: [] });
    expect(decode).toThrow('Byte 256 of the JSON payload: expected at most 256 nested objects and arrays, found more');
  });
});

describe('the place where text stops being JSON', () => {
  it('is found in every text that JSON.parse refuses, and in none that it takes', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '\\u00e9',
      '1',
      '-',
      '.5',
      'e9',
      'true',
      'nul',
      ' ',
      '\n',
      '\u0001',
    );
    const almostJson = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, put]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + put + text.slice(cut + 1);
    });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          almostJson,
          fc.array(pieces).map((some) => some.join('')),
        ),
        (text) => {
          expect(findSyntaxFault(text) === null).toBe(isJson(text));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['[1,]', { offset: 3, expected: 'a value', found: '"]"' }],
    ['{"a":1,}', { offset: 7, expected: 'a key', found: '"}"' }],
    ['{"a" 1}', { offset: 5, expected: ':', found: '"1"' }],
    ['[1 2]', { offset: 3, expected: ', or ]', found: '"2"' }],
    ['{} {}', { offset: 3, expected: 'nothing more', found: '"{"' }],
    ['["a', { offset: 3, expected: 'the end of the text that begins at character 1', found: 'the end' }],
    ['"\\x"', { offset: 2, expected: 'an escape of JSON', found: '"x"' }],
    ['"\n"', { offset: 1, expected: 'text without control characters', found: '"\\n"' }],
  ])('in %s is said with what was expected', (text, fault) => {
    expect(findSyntaxFault(text)).toEqual(fault);
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
