/** A power of two. Span names, models, agents, routes and services of a busy installation are some hundreds. */
const SLOTS = 2048;
/** A power of two, and a multiple of 4. Provider response ids are shorter, but new each time. */
const CACHED_BYTES_MAX = 64;

/**
 * Turns bytes into text, and knows the short texts it has made before: spans say the same few hundred names over and
 * over. A known one is compared four bytes at a time and costs no memory; a new one crosses into native code for 100 ns.
 * Each slot holds the text seen last, so senders of ever new texts lose the gain and nothing else.
 */
export class TextCache {
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => '');
  readonly #lengths = new Uint8Array(SLOTS);
  readonly #bytes = new Uint8Array(SLOTS * CACHED_BYTES_MAX);
  /** The same memory as `#bytes`. */
  readonly #words = new DataView(this.#bytes.buffer);

  /** `view` is of the same bytes. Invalid UTF-8 becomes U+FFFD: broken text is not worth its whole export. */
  read(bytes: Buffer, view: DataView, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (length > CACHED_BYTES_MAX) return bytes.toString('utf8', start, end);
    const slot = slotOf(bytes, start, end);
    if (this.#lengths[slot] === length && this.#isAt(slot, bytes, view, start, length))
      return this.#texts[slot] as string;
    const text = bytes.toString('utf8', start, end);
    this.#texts[slot] = text;
    this.#lengths[slot] = length;
    for (let index = 0; index < length; index += 1) {
      this.#bytes[slot * CACHED_BYTES_MAX + index] = bytes[start + index] as number;
    }
    return text;
  }

  #isAt(slot: number, bytes: Uint8Array, view: DataView, start: number, length: number): boolean {
    const words = this.#words;
    const known = slot * CACHED_BYTES_MAX;
    const wordsEnd = length & ~3;
    for (let index = 0; index < wordsEnd; index += 4) {
      if (words.getInt32(known + index, true) !== view.getInt32(start + index, true)) return false;
    }
    for (let index = wordsEnd; index < length; index += 1) {
      if (this.#bytes[known + index] !== bytes[start + index]) return false;
    }
    return true;
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const first = bytes[start] as number;
  const last = bytes[end - 1] as number;
  const beforeLast = bytes[length > 1 ? end - 2 : start] as number;
  const middle = bytes[start + (length >> 1)] as number;
  return (length * 31 + first * 7 + last * 131 + beforeLast * 521 + middle * 1031) & (SLOTS - 1);
}
