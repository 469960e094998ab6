import { describe, expect, it } from 'vitest';
import { alertsOfChanges } from '../../processor/alerts/alertsOfChanges.ts';
import { noAmounts } from '../../src/policy/amounts.ts';
import type { CounterChange } from '../../processor/gate/counters.ts';
import { counter, DAY_MICROS, DAY_START_MICROS, usd } from './budgets.ts';

const NOON_MICROS = DAY_START_MICROS + DAY_MICROS / 2;

/** `type per-cent` of each alert. */
function told(change: CounterChange): string[] {
  return alertsOfChanges([change], NOON_MICROS).map((alert) => {
    const { threshold_percent: percent } = alert.describe().data;
    return typeof percent === 'number' ? `${alert.severity} ${percent}` : `${alert.severity} ${alert.type}`;
  });
}

function keysAt(change: CounterChange, atMicros: number): string[] {
  return alertsOfChanges([change], atMicros).map(({ eventKey }) => eventKey);
}

describe('alerts of counters', () => {
  it('tell each threshold that the spent amount has reached, from the amount itself on', () => {
    // 50 % of 50 USD is 25, 80 % is 40.
    expect(told(counter(24.999))).toEqual([]);
    expect(told(counter(25))).toEqual(['info 50']);
    expect(told(counter(39.999))).toEqual(['info 50']);
    expect(told(counter(40))).toEqual(['info 50', 'warning 80']);
    expect(told(counter(49.999))).toEqual(['info 50', 'warning 80']);
    expect(told(counter(50))).toEqual(['info 50', 'warning 80', 'critical 100', 'critical budget.exceeded']);
  });

  it('tell that a budget is exceeded where no threshold says so', () => {
    const budgetOf = { alertAt: [] };
    expect(told(counter(49.999, { budgetOf }))).toEqual([]);
    expect(told(counter(50, { budgetOf }))).toEqual(['critical budget.exceeded']);
  });

  it('measure against the limit with its raises', () => {
    // 25 of 50 is 50 %; with a raise of 0.01 it is 25 / 50.01 = 49.99 %.
    expect(told(counter(25, { limit: usd(50.01) }))).toEqual([]);
    expect(told(counter(25, { limit: usd(25) }))).toContain('critical budget.exceeded');
  });

  it('leave out what is reserved, which may come back', () => {
    expect(told(counter(0, { after: { ...noAmounts, spent: usd(24), reserved: usd(26) } }))).toEqual([]);
  });

  it('need something spent where the limit is 0', () => {
    expect(told(counter(0, { limit: 0n }))).toEqual([]);
    expect(told(counter(0.001, { limit: 0n }))).toContain('critical budget.exceeded');
  });

  it('have one key for each window, counter and threshold, wherever in the window they are told', () => {
    const keys = keysAt(counter(40), NOON_MICROS);
    expect(new Set(keys).size).toBe(2);
    expect(keysAt(counter(49), NOON_MICROS + 1)).toEqual(keys);
    const others = [
      counter(40, { window: { startMicros: DAY_START_MICROS + DAY_MICROS, endMicros: Infinity } }),
      counter(40, { counterId: 4 }),
      counter(40, { budget: { ...counter(0).budget, id: 8 } }),
    ];
    for (const other of others) for (const key of keysAt(other, NOON_MICROS)) expect(keys).not.toContain(key);
  });

  it('tell a rolling window once in each stretch of its length', () => {
    const change = counter(25, {
      budgetOf: { window: { kind: 'rolling', ms: DAY_MICROS / 1000 } },
      window: { startMicros: -Infinity, endMicros: Infinity },
    });
    const keys = keysAt(change, DAY_START_MICROS);
    expect(keysAt(change, DAY_START_MICROS + DAY_MICROS - 1)).toEqual(keys);
    expect(keysAt(change, DAY_START_MICROS + DAY_MICROS)).not.toEqual(keys);
  });

  it('say exact amounts, the counter, the window and the mode', () => {
    const [alert] = alertsOfChanges([counter(25.5, { budgetOf: { mode: 'shadow' } })], NOON_MICROS);
    expect(alert).toMatchObject({ tenant: 'acme', type: 'budget.threshold_reached', budget: 'support-bot-daily' });
    expect(alert?.describe()).toEqual({
      message: 'Budget support-bot-daily of user u1 (shadow) has reached 50 % of its limit: 25.5 USD of 50 USD spent.',
      data: {
        threshold_percent: 50,
        budget: 'support-bot-daily',
        mode: 'shadow',
        key: { user: 'u1' },
        limit_usd: '50',
        spent_usd: '25.5',
        reserved_usd: '0',
        window_starts_at: '2026-11-22T00:00:00.000Z',
        resets_at: '2026-11-23T00:00:00.000Z',
      },
    });
  });

  it('say tokens and calls as numbers, and null for a window without an end', () => {
    const [alert] = alertsOfChanges(
      [
        counter(0, {
          budgetOf: { limit: { unit: 'tokens', amount: 1000n }, window: { kind: 'run' }, alertAt: [50] },
          limit: 1000n,
          after: { ...noAmounts, spent: 600n, reserved: 20n },
          window: { startMicros: -Infinity, endMicros: Infinity },
        }),
      ],
      NOON_MICROS,
    );
    expect(alert?.describe().data).toMatchObject({
      limit_tokens: 1000,
      spent_tokens: 600,
      reserved_tokens: 20,
      window_starts_at: null,
      resets_at: null,
    });
  });
});
