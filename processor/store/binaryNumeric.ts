/** `numeric` in PostgreSQL's binary format (src/backend/utils/adt/numeric.c, numeric_recv): base-10,000 digits. */
const BASE = 10_000n;
const BASE_DIGITS = 4;
/** Below this the digits are taken with `number` arithmetic, which is several times faster and exact. */
const FAST_MAX = 9_000_000_000_000_000n;
/** ndigits, weight, sign and dscale, two bytes each. */
const HEADER_BYTES = 8;
const NEGATIVE = 0x4000;
/** numeric(38, s): at most 11 digits of base 10,000 before or after padding; one more for safety of the buffer only. */
export const NUMERIC_BYTES_MAX = HEADER_BYTES + 2 * 12;

const digits = new Uint16Array(12);

/**
 * Writes `units × 10^-scale` and returns the new position. `scale` is 15 for femto-USD, 0 for whole numbers. The value
 * must have at most 38 digits.
 */
export function writeNumeric(buffer: Buffer, position: number, units: bigint, scale: 0 | 15): number {
  const fractionDigits = Math.ceil(scale / BASE_DIGITS);
  // The digits of base 10,000 begin at the point, so 15 decimals take four of them: one decimal more than they have.
  const padded = (units < 0n ? -units : units) * (scale === 15 ? 10n : 1n);
  const count = padded < FAST_MAX ? splitNumber(Number(padded)) : splitBigInt(padded);
  // Trailing zero digits are left out, as the server does: it compares and hashes the stripped form.
  let lowest = 0;
  while (lowest < count && digits[lowest] === 0) lowest += 1;
  const kept = count - lowest;
  buffer.writeInt16BE(kept, position);
  buffer.writeInt16BE(kept === 0 ? 0 : count - 1 - fractionDigits, position + 2);
  buffer.writeUInt16BE(units < 0n ? NEGATIVE : 0, position + 4);
  buffer.writeInt16BE(scale, position + 6);
  let end = position + HEADER_BYTES;
  for (let digit = count - 1; digit >= lowest; digit -= 1) end = buffer.writeUInt16BE(digits[digit] ?? 0, end);
  return end;
}

/** Fills `digits`, lowest first; returns how many. */
function splitNumber(value: number): number {
  let count = 0;
  for (let rest = value; rest > 0; rest = Math.floor(rest / 10_000)) {
    digits[count] = rest % 10_000;
    count += 1;
  }
  return count;
}

function splitBigInt(value: bigint): number {
  let count = 0;
  for (let rest = value; rest > 0n; rest /= BASE) {
    if (count === digits.length) throw new RangeError(`numeric: expected at most 38 digits, found ${value}`);
    digits[count] = Number(rest % BASE);
    count += 1;
  }
  return count;
}
