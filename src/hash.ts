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
    a = product0 & 0xffff;
    b = product1 & 0xffff;
    c = product2 & 0xffff;
    d = product3 & 0xffff;
  }
  return [d, c, b, a].map(toHex).join('');
}

/** 32 hexadecimal digits. */
export function fnv1a128(text: string): string {
  // Offset basis 6c62272e07bb014262b821756295c58d.
  let [a, b, c, d, e, f, g, h] = [0xc58d, 0x6295, 0x2175, 0x62b8, 0x0142, 0x07bb, 0x272e, 0x6c62];
  for (let place = 0; place < text.length * 2; place++) {
    const unit = text.charCodeAt(place >> 1);
    a ^= place % 2 === 0 ? unit & 0xff : unit >> 8;
    // Times the prime 2^88 + 0x13b.
    const product0 = a * 0x13b;
    const product1 = b * 0x13b + (product0 >>> 16);
    const product2 = c * 0x13b + (product1 >>> 16);
    const product3 = d * 0x13b + (product2 >>> 16);
    const product4 = e * 0x13b + (product3 >>> 16);
    const product5 = f * 0x13b + a * 0x100 + (product4 >>> 16);
    const product6 = g * 0x13b + b * 0x100 + (product5 >>> 16);
    const product7 = h * 0x13b + c * 0x100 + (product6 >>> 16);
    a = product0 & 0xffff;
    b = product1 & 0xffff;
    c = product2 & 0xffff;
    d = product3 & 0xffff;
    e = product4 & 0xffff;
    f = product5 & 0xffff;
    g = product6 & 0xffff;
    h = product7 & 0xffff;
  }
  return [h, g, f, e, d, c, b, a].map(toHex).join('');
}

function toHex(limb: number): string {
  return limb.toString(16).padStart(4, '0');
}
