import { noAmounts } from '../../src/policy/amounts.ts';
import type { Budget } from '../../src/policy/budget.ts';
import type { CounterChange } from '../../processor/gate/counters.ts';

const USD = 10n ** 15n;

export const usd = (dollars: number): bigint => (BigInt(Math.round(dollars * 1000)) * USD) / 1000n;

/** 2026-11-22T00:00:00Z. */
export const DAY_START_MICROS = Date.UTC(2026, 10, 22) * 1000;
export const DAY_MICROS = 86_400_000_000;

/** 50 USD a user and day. */
export const daily: Budget = {
  name: 'support-bot-daily',
  source: 'file',
  match: { agent: 'support-bot' },
  per: ['user'],
  window: { kind: 'day' },
  timezone: 'UTC',
  limit: { unit: 'usd', amount: usd(50) },
  alertAt: [50, 80, 100],
  onExceed: 'deny',
  downgrade: {},
  unpriced: { kind: 'deny' },
  lostCalls: 'presume',
  mode: 'enforce',
  minOutputTokens: 64,
  stopStreams: false,
};

/** A counter of `daily` with so many dollars spent. */
export function counter(spentUsd: number, changes: Partial<CounterChange> & { budgetOf?: Partial<Budget> } = {}) {
  const { budgetOf = {}, ...rest } = changes;
  return {
    counterId: 3,
    tenant: 'acme',
    budget: {
      id: 7,
      tenant: null,
      budget: { ...daily, ...budgetOf },
      countsFromMicros: 0,
      idleFromMicros: 0,
      raises: [],
    },
    key: { user: 'u1' },
    window: { startMicros: DAY_START_MICROS, endMicros: DAY_START_MICROS + DAY_MICROS },
    limit: daily.limit.amount,
    before: noAmounts,
    after: { ...noAmounts, spent: usd(spentUsd) },
    ...rest,
  } satisfies CounterChange;
}
