import type { CounterAmounts } from '../../src/policy/amounts.ts';
import type { LimitUnit } from '../../src/policy/budget.ts';
import type { BudgetInForce } from '../../src/policy/policy.ts';
import { formatUsd } from '../../src/money.ts';
import type { AuditDifference } from '../store/auditDifference.ts';
import type { Window } from './selectWindows.ts';

interface ComparedPlace {
  readonly tenant: string;
  readonly inForce: BudgetInForce;
  readonly key: Readonly<Record<string, string>>;
  readonly window: Window;
}

/** Null: no difference. A counter that is not there counts nothing. */
export function differenceOf(
  { tenant, inForce: { budget }, key, window: { startMicros } }: ComparedPlace,
  expected: CounterAmounts,
  found: CounterAmounts | null,
): AuditDifference | null {
  const { unit } = budget.limit;
  const expectedTexts = textsOf(unit, expected);
  const foundTexts = found === null ? null : textsOf(unit, found);
  if (JSON.stringify(expectedTexts) === JSON.stringify(foundTexts ?? nothing)) return null;
  const windowStart = Number.isFinite(startMicros) ? new Date(startMicros / MICROS_A_MS).toISOString() : null;
  return {
    table: 'counters',
    key: { tenant, budget: budget.name, ...(windowStart === null ? {} : { window_start: windowStart }), ...key },
    expected: expectedTexts,
    found: foundTexts,
  };
}

const MICROS_A_MS = 1000;

function textsOf(unit: LimitUnit, amounts: CounterAmounts): Readonly<Record<string, string>> {
  const text = (amount: bigint): string => (unit === 'usd' ? formatUsd(amount) : amount.toString());
  return {
    spent: text(amounts.spent),
    reserved: text(amounts.reserved),
    overrun: text(amounts.overrun),
    expired_unsettled: text(amounts.expiredUnsettled),
  };
}

const nothing = textsOf('calls', { spent: 0n, reserved: 0n, overrun: 0n, expiredUnsettled: 0n });
