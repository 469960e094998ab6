/** Decimal texts compared exactly: no figure of these tests passes through a float. */

/** `text` in units of 10^-digits; a digit beyond them rounds half away from zero. */
export function scaled(text: string, digits: number): bigint {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  if (whole === '' && fraction === '') throw new Error(`expected a decimal, found ${JSON.stringify(text)}`);
  const kept = BigInt(whole + fraction.slice(0, digits).padEnd(digits, '0'));
  const rounded = kept + (Number(fraction[digits] ?? '0') >= 5 ? 1n : 0n);
  return sign === '-' ? -rounded : rounded;
}

const DIGITS_MAX = 40;

/** Without zeros at its end, `0` for every zero. */
export function canonical(text: string): string {
  return written(scaled(text, DIGITS_MAX), DIGITS_MAX);
}

export function written(value: bigint, digits: number): string {
  const text = String(value < 0n ? -value : value).padStart(digits + 1, '0');
  const fraction = text.slice(text.length - digits).replace(/0+$/, '');
  const whole = text.slice(0, text.length - digits);
  return `${value < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

export const add = (texts: readonly string[]): string =>
  written(
    texts.reduce((sum, text) => sum + scaled(text, DIGITS_MAX), 0n),
    DIGITS_MAX,
  );

/** A figure that only so many digits are said of. */
export interface Rounded {
  readonly digits: number;
  readonly value: string;
}

const QUOTIENT_DIGITS = 12;

/** `of / by`, to twelve digits after the point; null where there is nothing to divide, or nothing to divide by. */
export function quotient(of: string | null, by: string | number | null): Rounded | null {
  if (of === null || by === null || scaled(String(by), DIGITS_MAX) === 0n) return null;
  const numerator = scaled(of, DIGITS_MAX) * 10n ** BigInt(QUOTIENT_DIGITS + 1);
  const withOneMore = numerator / scaled(String(by), DIGITS_MAX);
  const value = scaled(written(withOneMore, QUOTIENT_DIGITS + 1), QUOTIENT_DIGITS);
  return { digits: QUOTIENT_DIGITS, value: written(value, QUOTIENT_DIGITS) };
}

/** An instant of PostgreSQL or of the API, in UTC to the microsecond. */
export function instantOf(text: string): string {
  const [, date = '', time = '', fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d(?::\d\d)?)?$/.exec(text) ?? [];
  if (date === '') throw new Error(`expected an instant, found ${JSON.stringify(text)}`);
  const seconds = Date.parse(`${date}T${time}${/^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone}`);
  return new Date(seconds).toISOString().replace('.000Z', `.${fraction.padEnd(6, '0').slice(0, 6)}Z`);
}
