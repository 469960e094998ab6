import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../src/glob.ts';

describe('a glob', () => {
  it.each([
    ['acme', 'acme', true],
    ['acme', 'acme-llm', false],
    ['acme*', 'acme', true],
    ['acme*', 'acme-llm', true],
    ['acme*', 'my-acme', false],
    ['*acme', 'my-acme', true],
    ['*', '', true],
    ['*', 'anything', true],
    ['a*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*c', 'acb', false],
    // What the first piece took, the last may not take again.
    ['aba*ba', 'aba', false],
    ['aba*ba', 'ababa', true],
    ['*ab*ab*', 'ab', false],
    ['*ab*ab*', 'abab', true],
    ['a**b', 'ab', true],
    ['A*', 'acme', false],
    ['a.c', 'abc', false],
    ['[a]*', 'a', false],
    ['[a]*', '[a]', true],
  ])('%s against %s is %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it('agrees with the definition: a star takes any run of characters', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(letters, text, (pattern, name) => {
        expect(compileGlob(pattern)(name)).toBe(matches(pattern, name));
      }),
      { numRuns: 2000 },
    );
  });
});

/** By trying everything, which is slow and plainly right. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  if (pattern.startsWith('*')) {
    return matches(pattern.slice(1), text) || (text !== '' && matches(pattern, text.slice(1)));
  }
  return text !== '' && pattern[0] === text[0] && matches(pattern.slice(1), text.slice(1));
}
