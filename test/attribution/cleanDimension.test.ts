import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanDimension, DIMENSION_CHARS_MAX } from '../../src/attribution/cleanDimension.ts';
import type { AttributeValue } from '../../src/span.ts';

describe("a dimension's value", () => {
  it.each<[AttributeValue | undefined, string | null]>([
    ['u1', 'u1'],
    ['  Ann Lee\n', 'Ann Lee'],
    ['', null],
    [' \t ', null],
    [undefined, null],
    [null, null],
    [7, '7'],
    [-0, '0'],
    [1.5, '1.5'],
    [NaN, null],
    [9_007_199_254_740_993n, '9007199254740993'],
    [true, 'true'],
    [['a', 7, true], 'a,7,true'],
    [['a', ['b']], null],
    [[], null],
    [{ id: 1 }, null],
    [new Uint8Array([1]), null],
    ['a\0b', 'a\ufffdb'],
    ['a\ud800b', 'a\ufffdb'],
    ['\udc00', '\ufffd'],
    ['a😀b', 'a😀b'],
  ])('%s becomes %s', (value, expected) => {
    expect(cleanDimension(value)).toBe(expected);
  });

  it('is kept at 256 characters and cut at 257 to 239 + … + 16 digits of a hash', () => {
    const kept = 'x'.repeat(DIMENSION_CHARS_MAX);
    expect(cleanDimension(kept)).toBe(kept);
    expect(cleanDimension(`${kept}x`)).toMatch(/^x{239}…[0-9a-f]{16}$/);
  });

  it('stays different from another that differs after the cut', () => {
    const long = 'é'.repeat(300);
    expect(cleanDimension(`${long}a`)).not.toBe(cleanDimension(`${long}b`));
    expect(cleanDimension(`${long}a`)).toBe(cleanDimension(`${long}a`));
  });

  it('never cuts a pair in two: the 239th place is its first half', () => {
    const cut = cleanDimension(`${'x'.repeat(238)}😀${'y'.repeat(100)}`);
    expect(cut).toMatch(/^x{238}…[0-9a-f]{16}$/);
  });

  it('ends in the FNV-1a hash of the whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 260, maxLength: 400 }), (text) => {
        const clean = text.replaceAll('\0', '\ufffd').trim();
        fc.pre(clean.length > DIMENSION_CHARS_MAX);
        let hash = 0xcbf2_9ce4_8422_2325n;
        const units = Uint16Array.from({ length: clean.length }, (_, place) => clean.charCodeAt(place));
        for (const byte of new Uint8Array(units.buffer)) {
          hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100_0000_01b3n);
        }
        expect(cleanDimension(text)?.slice(-16)).toBe(hash.toString(16).padStart(16, '0'));
      }),
    );
  });
});
