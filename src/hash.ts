/**
 * FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), over the low and high byte of each UTF-16 unit; in 16-bit limbs,
 * lowest first, for which `number` is exact. It tells values apart; it does not hide them and nobody's word rests on it.
 */

/** 16 hexadecimal digits. */
export function fnv1a64(text: string): string {
  // Offset basis cbf29ce484222325.
  let [a, b, c, d] = [0x2325, 0x8422, 0x9ce4, 0xcbf2];
  for (let place = 0; place < text.length * 2; place++) {
    const unit = text.charCodeAt(place >> 1);
    a ^= place % 2 === 0 ? unit & 0xff : unit >> 8;
    // Times the prime 2^40 + 0x1b3.
    const product0 = a * 0x1b3;
    const product1 = b * 0x1b3 + (product0 >>> 16);
    const product2 = c * 0x1b3 + a * 0x100 + (product1 >>> 16);
    const product3 = d * 0x1b3 + b * 0x100 + (product2 >>> 16);
    [a, b, c, d] = [product0 & 0xffff, product1 & 0xffff, product2 & 0xffff, product3 & 0xffff];
  }
  return [d, c, b, a].map(toHex).join('');
}

/** Offset basis 6c62272e07bb014262b821756295c58d. */
const BASIS_128 = [0xc58d, 0x6295, 0x2175, 0x62b8, 0x0142, 0x07bb, 0x272e, 0x6c62];
/** The prime is 2^88 + 0x13b: five limbs and a byte up, and a small factor. */
const PRIME_LIMBS_UP = 5;

/** 32 hexadecimal digits. */
export function fnv1a128(text: string): string {
  const limbs = Uint16Array.from(BASIS_128);
  const products = new Uint32Array(limbs.length);
  for (let place = 0; place < text.length * 2; place++) {
    const unit = text.charCodeAt(place >> 1);
    limbs[0] = (limbs[0] as number) ^ (place % 2 === 0 ? unit & 0xff : unit >> 8);
    let carry = 0;
    for (let index = 0; index < limbs.length; index++) {
      const shifted = index < PRIME_LIMBS_UP ? 0 : (limbs[index - PRIME_LIMBS_UP] as number) * 0x100;
      const product = (limbs[index] as number) * 0x13b + shifted + carry;
      products[index] = product;
      carry = product >>> 16;
    }
    // Uint16Array keeps the lower 16 bits.
    limbs.set(products);
  }
  return Array.from(limbs.toReversed(), toHex).join('');
}

function toHex(limb: number): string {
  return limb.toString(16).padStart(4, '0');
}
