/** Money is an exact decimal string of USD, here as everywhere. Nothing in this file makes a `number` of it but `toGeometry`. */

export const NO_PRICE = 'no price';

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;
/** Digits of a fraction that `bigint`s of this file hold: 1e-15 USD, and room. */
const SCALE_DIGITS = 18;
const SCALE = 10n ** BigInt(SCALE_DIGITS);
/** Two decimals, or so many that three digits of a small amount are to be seen. */
const CENT_DIGITS = 2;
const SIGNIFICANT_DIGITS = 3;

interface Parts {
  readonly sign: '' | '-';
  readonly whole: string;
  readonly fraction: string;
}

function partsOf(usd: string): Parts {
  const [, sign = '', whole = '0', fraction = ''] = DECIMAL.exec(usd) ?? [];
  return {
    sign: sign === '-' ? '-' : '',
    whole: whole.replace(/^0+(?=\d)/, ''),
    fraction: fraction.replace(/0+$/, ''),
  };
}

function toScaled(usd: string): bigint {
  const { sign, whole, fraction } = partsOf(usd);
  const scaled = BigInt(whole + fraction.padEnd(SCALE_DIGITS, '0').slice(0, SCALE_DIGITS));
  return sign === '-' ? -scaled : scaled;
}

function fromScaled(scaled: bigint): string {
  const size = scaled < 0n ? -scaled : scaled;
  const fraction = String(size % SCALE)
    .padStart(SCALE_DIGITS, '0')
    .replace(/0+$/, '');
  return `${scaled < 0n ? '-' : ''}${size / SCALE}${fraction === '' ? '' : `.${fraction}`}`;
}

export function compareUsd(a: string, b: string): number {
  const difference = toScaled(a) - toScaled(b);
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}

export function addUsd(a: string, b: string): string {
  return fromScaled(toScaled(a) + toScaled(b));
}

export function subtractUsd(a: string, b: string): string {
  return fromScaled(toScaled(a) - toScaled(b));
}

/** The sum of those that are known; null where there are some and none of them is. */
export function sumUsd(amounts: readonly (string | null)[]): string | null {
  const known = amounts.filter((amount) => amount !== null);
  if (known.length === 0 && amounts.length > 0) return null;
  return known.reduce(addUsd, '0');
}

/** `now / before − 1`; null where there is nothing to compare with. For words, not for sums. */
export function changeShare(now: string, before: string): number | null {
  const scaledBefore = toScaled(before);
  if (scaledBefore === 0n) return null;
  return Number(((toScaled(now) - scaledBefore) * 1_000_000n) / scaledBefore) / 1e6;
}

/** For lengths and heights on the screen alone. */
export function toGeometry(usd: string | null): number {
  return usd === null ? 0 : Number(usd);
}

/** How many decimals say enough: of $12.3456 two, of $0.000041234 three that are not zero. */
function decimalsOf({ whole, fraction }: Parts): number {
  if (whole !== '0') return CENT_DIGITS;
  const zeros = fraction.length - fraction.replace(/^0+/, '').length;
  if (fraction === '') return CENT_DIGITS;
  return Math.max(CENT_DIGITS, zeros + SIGNIFICANT_DIGITS);
}

/** Rounded half away from zero, as people round. */
function rounded(usd: string, decimals: number): Parts {
  const scaled = toScaled(usd);
  const unit = 10n ** BigInt(SCALE_DIGITS - Math.min(decimals, SCALE_DIGITS));
  const size = ((scaled < 0n ? -scaled : scaled) + unit / 2n) / unit;
  const digits = String(size).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  return { sign: scaled < 0n ? '-' : '', whole, fraction: decimals === 0 ? '' : digits.slice(-decimals) };
}

function grouped(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ',');
}

export interface SplitUsd {
  /** `$3,630` with its sign. */
  readonly whole: string;
  /** `.17`, or more where the amount is small. */
  readonly cents: string;
  /** What comes after the second decimal: `0041` of $0.000041. */
  readonly rest: string;
}

/** In the parts that are printed with different weight. `exact` keeps every decimal there is. */
export function splitUsd(usd: string, { exact = false }: { readonly exact?: boolean } = {}): SplitUsd {
  const parts = partsOf(usd);
  const decimals = exact ? Math.max(CENT_DIGITS, parts.fraction.length) : decimalsOf(parts);
  const { sign, whole, fraction } = rounded(usd, decimals);
  // Zeros at the end of a small amount say nothing.
  const kept = fraction.slice(CENT_DIGITS).replace(/0+$/, '');
  const minus = sign === '-' && /[1-9]/.test(whole + fraction) ? '−' : '';
  return { whole: `${minus}$${grouped(whole)}`, cents: `.${fraction.slice(0, CENT_DIGITS)}`, rest: kept };
}

/** `$1,234.50`, `$0.000041`; `no price` for what nobody knows. */
export function formatUsd(usd: string | null, options: { readonly exact?: boolean } = {}): string {
  if (usd === null) return NO_PRICE;
  const { whole, cents, rest } = splitUsd(usd, options);
  return whole + cents + rest;
}

/** With its sign, for differences: `+$471.92`, `−$43.73`, `$0.00`. */
export function formatDelta(usd: string): string {
  const text = formatUsd(usd);
  return text.startsWith('−') || !/[1-9]/.test(text) ? text : `+${text}`;
}
