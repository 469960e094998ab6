/** A power of two. Span names, models, agents, routes and services of a busy installation are some hundreds. */
const SLOTS = 2048;
const CACHED_BYTES_MAX = 64;

/**
 * Turns bytes into text, and knows the ASCII texts it has made before: spans say the same few hundred names over and
 * over. A known one costs 1 ns a byte and no memory; a new one crosses into native code for 100 ns. Each slot holds the
 * text seen last, so senders of ever new texts lose the gain and nothing else.
 */
export class TextCache {
  readonly #texts: string[] = Array.from({ length: SLOTS }, () => '');

  /** Invalid UTF-8 becomes U+FFFD: a sender's broken text is not worth its whole export. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length === 0) return '';
    if (length > CACHED_BYTES_MAX) return bytes.toString('utf8', start, end);
    const slot = slotOf(bytes, start, end);
    const known = this.#texts[slot] as string;
    if (known.length === length && isText(known, bytes, start)) return known;
    const text = bytes.toString('utf8', start, end);
    this.#texts[slot] = text;
    return text;
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

/** A code above 127 never equals a byte of the UTF-8 that made it, except by accident, so only ASCII may match. */
function isText(text: string, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7f || code !== bytes[start + index]) return false;
  }
  return true;
}
