import { formatUsd } from '../../src/money.ts';
import type { LimitUnit } from '../../src/policy/budget.ts';

/** `{limit_usd: "50"}` or `{limit_tokens: 1000}`: an amount under a name that says its unit. */
export function amountJson(name: string, unit: LimitUnit, amount: bigint): Record<string, string | number> {
  return { [`${name}_${unit}`]: unit === 'usd' ? formatUsd(amount) : Number(amount) };
}

/** `49.98 USD`, `1000 tokens`. */
export function amountText(unit: LimitUnit, amount: bigint): string {
  return unit === 'usd' ? `${formatUsd(amount)} USD` : `${amount} ${unit}`;
}

/** ISO 8601; null for a window without an end. */
export function instantJson(micros: number): string | null {
  return Number.isFinite(micros) ? new Date(Math.floor(micros / 1000)).toISOString() : null;
}
