import { describe, expect, it } from 'vitest';
import { type CallCosts, costDrifts, newModels, retryStorms, unknownModels } from '../../processor/alerts/modelUse.ts';
import { DAY_START_MICROS, usd } from './budgets.ts';

const used = { agent: 'bot', model: 'gpt-4o', dayMicros: DAY_START_MICROS };

describe('the cost of a call', () => {
  /** Costs in all, not each. */
  const isTold = (changes: Partial<CallCosts>): boolean =>
    costDrifts([{ ...used, calls: 100, femtoUsd: usd(15), callsBefore: 1000, femtoUsdBefore: usd(100), ...changes }])
      .length > 0;

  it('has drifted when it is more than half above that of the week before', () => {
    // 15 / 100 = 0.15, half above 100 / 1000 = 0.1.
    expect(isTold({})).toBe(false);
    expect(isTold({ femtoUsd: usd(15.001) })).toBe(true);
  });

  it('needs 50 calls today and 200 before, and a cost to compare with', () => {
    expect(isTold({ calls: 49, femtoUsd: usd(100) })).toBe(false);
    expect(isTold({ calls: 50, femtoUsd: usd(100) })).toBe(true);
    expect(isTold({ callsBefore: 199, femtoUsdBefore: usd(1) })).toBe(false);
    expect(isTold({ callsBefore: 200, femtoUsdBefore: usd(1) })).toBe(true);
    expect(isTold({ femtoUsdBefore: 0n })).toBe(false);
  });

  it('is said for one call', () => {
    const [drift] = costDrifts([
      { ...used, calls: 100, femtoUsd: usd(20), callsBefore: 1000, femtoUsdBefore: usd(100) },
    ]);
    expect(drift?.describe().message).toBe(
      'A call of gpt-4o by agent bot costs 0.2 USD today, 0.1 USD in the week before.',
    );
  });
});

describe('failed calls', () => {
  const isTold = (errorCalls: number, calls: number): boolean =>
    retryStorms([{ agent: 'bot', hourMicros: DAY_START_MICROS, calls, errorCalls }]).length > 0;

  it('are a storm when they are 50 at least, and half of all calls of the hour', () => {
    expect(isTold(49, 49)).toBe(false);
    expect(isTold(50, 100)).toBe(true);
    expect(isTold(50, 101)).toBe(false);
    expect(isTold(1000, 1500)).toBe(true);
  });
});

describe('a model', () => {
  it('new to an agent is told with what it cost', () => {
    const [told] = newModels([{ ...used, calls: 3, femtoUsd: usd(0.5) }]);
    expect(told).toMatchObject({ kind: 'new_model', about: { agent: 'bot', model: 'gpt-4o' } });
    expect(told?.describe().data).toMatchObject({ calls: 3, cost_usd: '0.5', first_day: '2026-11-22T00:00:00.000Z' });
  });

  it('without a price is told once a day', () => {
    const unpriced = { provider: 'acme', model: 'acme-1', dayMicros: DAY_START_MICROS, calls: 4 };
    const keys = (changes: Partial<typeof unpriced>): string[] =>
      unknownModels('default', [{ ...unpriced, ...changes }], 0).map(({ eventKey }) => eventKey);
    expect(keys({ calls: 5 })).toEqual(keys({}));
    expect(keys({ model: 'acme-2' })).not.toEqual(keys({}));
    expect(keys({ dayMicros: DAY_START_MICROS + 1 })).not.toEqual(keys({}));
  });
});
