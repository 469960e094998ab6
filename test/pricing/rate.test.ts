import { describe, expect, it } from 'vitest';
import { FEMTO_DIGITS_PER_KCOUNT, FEMTO_DIGITS_PER_MTOK, rateOf } from '../../src/pricing/rate.ts';
import { libraryData } from '../../src/pricing/rateData.ts';

describe('a rate', () => {
  it.each([
    [0, 0n],
    // 2.50 USD a million is 2.50e-6 USD a token: 2.5e9 fUSD.
    [2.5, 2_500_000_000n],
    [600, 600_000_000_000n],
    [0.075, 75_000_000n],
    [0.003625, 3_625_000n],
    [0.000000001, 1n],
    // Written by String as 1e-9, 2.5e-8 and 1e+21.
    [1e-9, 1n],
    [2.5e-8, 25n],
    [1e21, 10n ** 30n],
  ])('of %d USD per million tokens is %d fUSD per token, exactly', (usdPerMtok, femtoUsd) => {
    expect(rateOf(usdPerMtok, FEMTO_DIGITS_PER_MTOK)).toBe(femtoUsd);
  });

  it.each([
    // 0.18000000000000002 and 0.08333333333333334 are the odd rates of the library's data.
    [0.18000000000000002, 180_000_000n],
    [0.08333333333333334, 83_333_333n],
    [0.0000000005, 0n],
    [0.0000000015, 2n],
    [0.0000000025, 2n],
    [0.0000000026, 3n],
    [0.00000000049, 0n],
  ])('of %d USD per million tokens is rounded half to even, to %d fUSD', (usdPerMtok, femtoUsd) => {
    expect(rateOf(usdPerMtok, FEMTO_DIGITS_PER_MTOK)).toBe(femtoUsd);
  });

  it('that somebody wrote is taken digit by digit, as no double could', () => {
    expect(rateOf('2.50', FEMTO_DIGITS_PER_MTOK)).toBe(2_500_000_000n);
    expect(rateOf('123456789.123456789', FEMTO_DIGITS_PER_MTOK)).toBe(123_456_789_123_456_789n);
    expect(() => rateOf('1,5', FEMTO_DIGITS_PER_MTOK)).toThrow('found 1,5');
  });

  it('is rounded for seven of the library’s rates and exact for all the others', () => {
    const rounded = libraryData()
      .providers.flatMap(({ models }) => models)
      .flatMap(({ prices }) => (Array.isArray(prices) ? prices.map((each) => each.prices) : [prices]))
      .flatMap((prices) => Object.entries(prices).filter(([key]) => key.endsWith('_mtok')))
      .flatMap(([, price]) => {
        if (price === undefined) return [];
        return typeof price === 'number' ? [price] : [price.base, ...price.tiers.map((tier) => tier.price)];
      })
      // Twenty digits more hold every double of the data whole.
      .filter((rate) => rateOf(rate, FEMTO_DIGITS_PER_MTOK) * 10n ** 20n !== rateOf(rate, FEMTO_DIGITS_PER_MTOK + 20));
    expect(rounded).toHaveLength(7);
  });

  it('per thousand requests is a thousand times as large a request', () => {
    // 10 USD / 1000 = 0.01 USD = 1e13 fUSD
    expect(rateOf(10, FEMTO_DIGITS_PER_KCOUNT)).toBe(10_000_000_000_000n);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('of %d is refused', (value) => {
    expect(() => rateOf(value, FEMTO_DIGITS_PER_MTOK)).toThrow(`found ${value}`);
  });
});
