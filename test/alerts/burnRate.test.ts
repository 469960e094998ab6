import { describe, expect, it } from 'vitest';
import { burnRates } from '../../processor/alerts/burnRate.ts';
import type { CounterChange } from '../../processor/gate/counters.ts';
import { counter, DAY_MICROS, DAY_START_MICROS, usd } from './budgets.ts';

/** Whether it is told at so many per cent of the day. */
function isTold(change: CounterChange, elapsedPercent: number): boolean {
  return burnRates([change], DAY_START_MICROS + (DAY_MICROS * elapsedPercent) / 100).length > 0;
}

describe('the pace of a counter', () => {
  it('is too fast where the share used is more than three times the share of the window', () => {
    // 30 % of 50 USD is 15: three times 8 % is 24 %, three times 10 % is 30 %.
    expect(isTold(counter(15), 8)).toBe(true);
    expect(isTold(counter(15), 9.99)).toBe(true);
    expect(isTold(counter(15), 10)).toBe(false);
    expect(isTold(counter(15.001), 10)).toBe(true);
  });

  it('is nothing to tell below a quarter of the limit', () => {
    expect(isTold(counter(12.499), 1)).toBe(false);
    expect(isTold(counter(12.5), 1)).toBe(true);
  });

  it('is measured against the limit with its raises', () => {
    // 15 of 61 is 24.6 %.
    expect(isTold(counter(15, { limit: usd(61) }), 8)).toBe(false);
  });

  it('is asked within windows that have an end only', () => {
    expect(isTold(counter(50, { window: { startMicros: -Infinity, endMicros: Infinity } }), 1)).toBe(false);
    expect(isTold(counter(50), 0)).toBe(false);
    expect(isTold(counter(50), 100)).toBe(false);
    expect(isTold(counter(50, { limit: 0n }), 8)).toBe(false);
  });

  it('says when the limit is reached at this pace', () => {
    const [anomaly] = burnRates([counter(15)], DAY_START_MICROS + DAY_MICROS * 0.08);
    // 15 USD in 1.92 h; the 35 left last 35 / 15 × 1.92 h = 4.48 h more: until 6.4 h.
    expect(anomaly?.describe()).toMatchObject({
      message: 'Budget support-bot-daily has used 30 % of its limit in 8 % of its window: 15 USD of 50 USD.',
      data: {
        used_percent: 30,
        elapsed_percent: 8,
        spent_usd: '15',
        limit_usd: '50',
        runs_out_at: '2026-11-22T06:24:00.000Z',
        resets_at: '2026-11-23T00:00:00.000Z',
      },
    });
  });
});
