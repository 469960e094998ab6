import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../processor/export/csv.ts';
import { dividedBy } from '../../processor/export/focus/meters.ts';
import { readCsv } from './charges.ts';

describe('a line of comma-separated values', () => {
  it('ends in CRLF and quotes what would divide it', () => {
    expect(csvLine(['a', 'b,c', 'd"e', 'f\r\ng', ' h '])).toBe('a,"b,c","d""e","f\r\ng", h \r\n');
  });

  it('is empty where nothing is known, and writes numbers as they are', () => {
    expect(csvLine([null, 0, 1.5, { decimal: '-0.000000000000001' }, ''])).toBe(',0,1.5,-0.000000000000001,\r\n');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1+1', '＠sum'])(
    'takes %j for text, not for a formula',
    (text) => {
      expect(readCsv(`name\r\n${csvLine([text])}`)).toEqual([{ name: `'${text}` }]);
    },
  );

  it.each(['1=1', 'a-b', "'=1", 'ä@b', ' =1'])('leaves %j as it is', (text) => {
    expect(readCsv(`name\r\n${csvLine([text])}`)).toEqual([{ name: text }]);
  });

  it('is read back as it was written, whatever is in it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\r', '\n', '=', "'", 'é', '😀', '\0') });
    fc.assert(
      fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), (cells) => {
        const names = cells.map((_, index) => `c${index}`);
        const [read = {}] = readCsv(csvLine(names) + csvLine(cells));
        const guarded = cells.map((cell) => (/^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell));
        expect(Object.values(read)).toEqual(guarded);
      }),
    );
  });
});

describe('a quantity in pricing units', () => {
  it.each([
    [0n, 1_000_000n, '0'],
    [1n, 1_000_000n, '0.000001'],
    [8_000n, 1_000_000n, '0.008'],
    [999_999n, 1_000_000n, '0.999999'],
    [1_000_000n, 1_000_000n, '1'],
    [12_500_000n, 1_000_000n, '12.5'],
    [2n, 1_000n, '0.002'],
    [7n, 1n, '7'],
  ])('of %d by %d is %s', (quantity, size, written) => {
    expect(dividedBy(quantity, size)).toBe(written);
  });
});
