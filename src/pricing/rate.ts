/** A rate: femto-USD for one unit, a token or a request. */
export type FemtoUsdPerUnit = bigint;

/** USD per million tokens to femto-USD per token: 1e15 / 1e6. */
export const FEMTO_DIGITS_PER_MTOK = 9;
/** USD per thousand requests to femto-USD per request: 1e15 / 1e3. */
export const FEMTO_DIGITS_PER_KCOUNT = 12;

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * `value` times ten to the `digits`, as an integer. `String` writes the shortest decimal that names a double, so a price
 * typed as 0.075 comes back as exactly 0.075, which no arithmetic on the double itself would give. Anything finer than
 * the integer is rounded once, half to even: in the library's data 7 rates of 4,051 (such as 0.08333333333333334).
 */
export function rateOf(value: number | string, digits: number): FemtoUsdPerUnit {
  const match = DECIMAL.exec(String(value));
  if (match === null) throw new RangeError(`A rate must be a finite decimal of at least 0, found ${value}`);
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const significand = BigInt(whole + fraction);
  const scale = digits - fraction.length + Number(exponent);
  return scale >= 0 ? significand * 10n ** BigInt(scale) : divideHalfEven(significand, 10n ** BigInt(-scale));
}

/** The quotient of two integers of at least 0, rounded half to even. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const doubled = (dividend % divisor) * 2n;
  if (doubled < divisor || (doubled === divisor && quotient % 2n === 0n)) return quotient;
  return quotient + 1n;
}
