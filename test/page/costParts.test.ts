import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costParts, formatFemto, parseFemto } from '../../dashboards/page/model/costParts.ts';

describe('the parts of a cost', () => {
  it('have the rate that quantity and cost say: 0.0024 USD for 240 tokens are 10 USD a million', () => {
    expect(costParts({ output: 240, input_uncached: 202 }, { output: '0.0024', input_uncached: '0.000505' })).toEqual([
      {
        bucket: 'output',
        quantity: 240,
        per: 'million',
        rateUsd: '10',
        isRateExact: true,
        costUsd: '0.0024',
        isPartOfOutput: false,
      },
      // 0.000505 / 202 = 0.0000025, a million of it 2.5
      {
        bucket: 'input_uncached',
        quantity: 202,
        per: 'million',
        rateUsd: '2.5',
        isRateExact: true,
        costUsd: '0.000505',
        isPartOfOutput: false,
      },
    ]);
  });

  it('say where the rate is rounded: 0.000001 USD for 3 tokens', () => {
    expect(costParts({ output: 3 }, { output: '0.000001' })[0]).toMatchObject({
      rateUsd: '0.333333333333333',
      isRateExact: false,
    });
  });

  it('leave out what nobody reported, keep what cost nothing, and have no cost without a price', () => {
    expect(costParts({ input_uncached: 0, cache_read: null, output: 5 }, { output: '0.5' })).toMatchObject([
      { bucket: 'input_uncached', quantity: 0, rateUsd: null, costUsd: '0' },
      { bucket: 'output', costUsd: '0.5' },
    ]);
    expect(costParts({ output: 5 }, null)).toMatchObject([{ bucket: 'output', rateUsd: null, costUsd: null }]);
  });

  it('count reasoning once: within output, unless it is priced apart', () => {
    expect(costParts({ output: 100, reasoning: 40 }, { output: '0.001' })).toMatchObject([
      { bucket: 'output', quantity: 100, rateUsd: '10' },
      { bucket: 'reasoning', quantity: 40, costUsd: null, isPartOfOutput: true },
    ]);
    // 60 for 0.0006 and 40 for 0.0008: 10 and 20 USD a million
    expect(costParts({ output: 100, reasoning: 40 }, { output: '0.0006', reasoning: '0.0008' })).toMatchObject([
      { bucket: 'output', quantity: 60, rateUsd: '10' },
      { bucket: 'reasoning', quantity: 40, rateUsd: '20', isPartOfOutput: false },
    ]);
  });

  it('write searches and the fee for a request by the thousand: 2 searches for 0.02 USD, one request for 0.005', () => {
    expect(costParts({ web_search_requests: 2 }, { web_search_requests: '0.02', requests: '0.005' })).toMatchObject([
      { bucket: 'web_search_requests', quantity: 2, per: 'thousand', rateUsd: '10' },
      { bucket: 'requests', quantity: 1, per: 'thousand', rateUsd: '5' },
    ]);
  });
});

describe('decimal texts', () => {
  it('come back to the digit', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), (size) => {
        expect(parseFemto(formatFemto(size))).toBe(size);
      }),
    );
  });

  it('are refused with an exponent or a sixteenth decimal', () => {
    expect([parseFemto('1e3'), parseFemto('0.0000000000000001'), parseFemto('0.000000000000001')]).toEqual([
      null,
      null,
      1n,
    ]);
  });
});
