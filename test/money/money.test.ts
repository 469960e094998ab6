import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatUsd, parseUsd } from '../../src/money.ts';

describe('formatUsd', () => {
  it.each([
    [0n, '0'],
    [-0n, '0'],
    [1n, '0.000000000000001'],
    [8_755_000_000_000n, '0.008755'],
    [1_000_000_000_000_000n, '1'],
    [-1_500_000_000_000_000n, '-1.5'],
    [-1n, '-0.000000000000001'],
    [12_300_000_000_000_000_000_000n, '12300000'],
  ])('writes %d fUSD as "%s"', (femtoUsd, text) => {
    expect(formatUsd(femtoUsd)).toBe(text);
  });

  it('never writes a trailing zero after the point, an exponent or a bare point', () => {
    fc.assert(
      fc.property(fc.bigInt(), (femtoUsd) => {
        expect(formatUsd(femtoUsd)).toMatch(/^-?(?:0|[1-9]\d*)(?:\.\d{0,14}[1-9])?$/);
      }),
    );
  });
});

describe('parseUsd', () => {
  it('reads back what formatUsd writes, up to the 23 whole digits that numeric(38,15) holds', () => {
    const largest = 10n ** 38n - 1n;
    fc.assert(
      fc.property(fc.bigInt({ min: -largest, max: largest }), (femtoUsd) => {
        expect(parseUsd(formatUsd(femtoUsd))).toBe(femtoUsd);
      }),
    );
    expect(parseUsd(formatUsd(largest))).toBe(largest);
    expect(parseUsd(formatUsd(largest + 1n))).toBeNull();
  });

  it('adds as the amounts do: the sum of two texts is the text of the sum', () => {
    const amount = fc.bigInt({ min: -(10n ** 36n), max: 10n ** 36n });
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const sum = (parseUsd(formatUsd(a)) ?? 0n) + (parseUsd(formatUsd(b)) ?? 0n);
        expect(formatUsd(sum)).toBe(formatUsd(a + b));
      }),
    );
  });

  it.each([
    ['0.10', 100_000_000_000_000n],
    ['007', 7_000_000_000_000_000n],
    ['-0', 0n],
    // Sixteen digits: the last is a zero and changes nothing.
    ['0.0000000000000010', 1n],
  ])('reads "%s"', (text, femtoUsd) => {
    expect(parseUsd(text)).toBe(femtoUsd);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '+1',
    '1e3',
    '.5',
    '5.',
    '1,5',
    '--1',
    'NaN',
    'Infinity',
    '0x10',
    '0.0000000000000001',
    '1'.repeat(24),
  ])('refuses "%s"', (text) => {
    expect(parseUsd(text)).toBeNull();
  });
});
