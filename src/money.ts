/**
 * Money is an integer count of femto-USD (1e-15 USD): fine enough for half a cached token of the cheapest model, exact
 * under addition. A `number` never holds money. Outside it is a decimal string of USD, in SQL `numeric(38,15)`.
 */
export type FemtoUsd = bigint;

const FEMTO_DIGITS = 15;
const FEMTO_PER_USD = 10n ** BigInt(FEMTO_DIGITS);
/** 23 whole digits: what `numeric(38,15)` holds. */
const DECIMAL = /^(-?)(\d{1,23})(?:\.(\d+))?$/;

/**
 * Reads a decimal string of USD, such as `"0.008755"`. Digits finer than 1e-15 are accepted only when they are zeros.
 * Returns null for anything else: exponents, blanks, signs other than a leading `-`, finer or larger amounts.
 */
export function parseUsd(text: string): FemtoUsd | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(FEMTO_DIGITS))) return null;
  const magnitude = BigInt(whole) * FEMTO_PER_USD + BigInt(fraction.slice(0, FEMTO_DIGITS).padEnd(FEMTO_DIGITS, '0'));
  return sign === '-' ? -magnitude : magnitude;
}

/** Writes USD exactly, without trailing zeros: `8755000000000n` is `"0.008755"`, `0n` is `"0"`. */
export function formatUsd(femtoUsd: FemtoUsd): string {
  const magnitude = femtoUsd < 0n ? -femtoUsd : femtoUsd;
  const whole = magnitude / FEMTO_PER_USD;
  const fraction = (magnitude % FEMTO_PER_USD).toString().padStart(FEMTO_DIGITS, '0').replace(/0+$/, '');
  return `${femtoUsd < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}
