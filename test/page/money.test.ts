import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addUsd,
  changeShare,
  compareUsd,
  formatDelta,
  formatUsd,
  splitUsd,
  subtractUsd,
  sumUsd,
} from '../../dashboards/page/format/money.ts';

/** Exact amounts of at most 15 decimals, as the API writes them: from 1e-15 USD to a quintillion. */
const femto = fc.bigInt({ min: -(10n ** 33n), max: 10n ** 33n });

function usdOf(amount: bigint): string {
  const digits = String(amount < 0n ? -amount : amount).padStart(16, '0');
  const fraction = digits.slice(-15).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -15)}${fraction === '' ? '' : `.${fraction}`}`;
}

describe('an amount of money in words', () => {
  it('has two decimals from one dollar on, rounded half up, with thousands apart', () => {
    expect(formatUsd('12.3456')).toBe('$12.35');
    expect(formatUsd('12.345')).toBe('$12.35');
    expect(formatUsd('1234.5')).toBe('$1,234.50');
    expect(formatUsd('999.995')).toBe('$1,000.00');
    expect(formatUsd('123456789012345678.125')).toBe('$123,456,789,012,345,678.13');
  });

  it('has three digits that say something below one dollar, and cents where these suffice', () => {
    expect(formatUsd('0.000041')).toBe('$0.000041');
    expect(formatUsd('0.0000412345')).toBe('$0.0000412');
    expect(formatUsd('0.000000375')).toBe('$0.000000375');
    expect(formatUsd('0.000000000000001')).toBe('$0.000000000000001');
    expect(formatUsd('0.5')).toBe('$0.50');
    expect(formatUsd('0.9996')).toBe('$1.00');
    expect(formatUsd('0')).toBe('$0.00');
  });

  it('is "no price" where nobody knows it, and never $0.00', () => {
    expect(formatUsd(null)).toBe('no price');
  });

  it('has a minus that is one, and a difference its sign', () => {
    expect(formatUsd('-43.734')).toBe('−$43.73');
    expect(formatDelta('471.92')).toBe('+$471.92');
    expect(formatDelta('-43.73')).toBe('−$43.73');
    expect(formatDelta('0')).toBe('$0.00');
  });

  it('keeps every decimal where the exact amount is asked for', () => {
    expect(formatUsd('3630.170000000000001', { exact: true })).toBe('$3,630.170000000000001');
    fc.assert(
      fc.property(femto, (amount) => {
        const text = formatUsd(usdOf(amount), { exact: true });
        const back = text.replace('−', '-').replaceAll(/[$,]/g, '');
        expect(subtractUsd(back, usdOf(amount))).toBe('0');
      }),
    );
  });

  it('is printed in three parts: dollars, cents, and what is smaller', () => {
    expect(splitUsd('3630.17')).toEqual({ whole: '$3,630', cents: '.17', rest: '' });
    expect(splitUsd('0.000041')).toEqual({ whole: '$0', cents: '.00', rest: '0041' });
  });
});

describe('sums of money', () => {
  it('are exact at any size', () => {
    expect(addUsd('0.1', '0.2')).toBe('0.3');
    expect(addUsd('999999999999999999.999999999999999', '0.000000000000001')).toBe('1000000000000000000');
    fc.assert(
      fc.property(femto, femto, (a, b) => {
        expect(addUsd(usdOf(a), usdOf(b))).toBe(usdOf(a + b));
        expect(subtractUsd(usdOf(a), usdOf(b))).toBe(usdOf(a - b));
        expect(Math.sign(compareUsd(usdOf(a), usdOf(b)))).toBe(a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });

  it('are of what is known, and unknown only where nothing is', () => {
    expect(sumUsd(['1.5', null, '0.25'])).toBe('1.75');
    expect(sumUsd([null, null])).toBeNull();
    expect(sumUsd([])).toBe('0');
  });

  it('have no share of change against nothing', () => {
    expect(changeShare('122', '100')).toBe(0.22);
    expect(changeShare('0', '100')).toBe(-1);
    expect(changeShare('1', '0')).toBeNull();
  });
});
