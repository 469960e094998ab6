import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fnv1a128, fnv1a64 } from '../../src/hash.ts';

/** FNV-1a as its authors define it, with big integers. */
function defined(text: string, bits: bigint, basis: bigint, prime: bigint): string {
  let hash = basis;
  for (const byte of Buffer.from(text, 'utf16le')) hash = BigInt.asUintN(Number(bits), (hash ^ BigInt(byte)) * prime);
  return hash.toString(16).padStart(Number(bits) / 4, '0');
}
const text = fc.string({ unit: 'binary', maxLength: 300 });

describe('a hash', () => {
  it('of nothing is the offset basis', () => {
    expect(fnv1a64('')).toBe('cbf29ce484222325');
    expect(fnv1a128('')).toBe('6c62272e07bb014262b821756295c58d');
  });

  it('is FNV-1a of the UTF-16 bytes, in 64 and in 128 bits', () => {
    fc.assert(
      fc.property(text, (any) => {
        expect(fnv1a64(any)).toBe(defined(any, 64n, 0xcbf29ce484222325n, 0x100000001b3n));
        expect(fnv1a128(any)).toBe(defined(any, 128n, 0x6c62272e07bb014262b821756295c58dn, (1n << 88n) + 0x13bn));
      }),
    );
  });
});
