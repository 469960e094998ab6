const high = Uint8Array.from({ length: 256 }, (_, byte) => (byte >> 4).toString(16).charCodeAt(0));
const low = Uint8Array.from({ length: 256 }, (_, byte) => (byte & 15).toString(16).charCodeAt(0));

/**
 * Eight bytes as 16 lower-case hexadecimal digits. One call with 16 codes takes 35 ns; `buffer.toString('hex')` crosses
 * into native code for 110 ns, and every span has three ids.
 */
export function hexOfEight(bytes: Uint8Array, start: number): string {
  const b0 = bytes[start] as number;
  const b1 = bytes[start + 1] as number;
  const b2 = bytes[start + 2] as number;
  const b3 = bytes[start + 3] as number;
  const b4 = bytes[start + 4] as number;
  const b5 = bytes[start + 5] as number;
  const b6 = bytes[start + 6] as number;
  const b7 = bytes[start + 7] as number;
  // prettier-ignore
  return String.fromCharCode(
    high[b0] as number, low[b0] as number, high[b1] as number, low[b1] as number,
    high[b2] as number, low[b2] as number, high[b3] as number, low[b3] as number,
    high[b4] as number, low[b4] as number, high[b5] as number, low[b5] as number,
    high[b6] as number, low[b6] as number, high[b7] as number, low[b7] as number,
  );
}

export function isAllZero(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] !== 0) return false;
  return true;
}
