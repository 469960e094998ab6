import type { WantedKeys } from '../../src/span.ts';

interface Entry {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** The same bytes four at a time, which is how they are compared; the last up to three are compared singly. */
  readonly words: Int32Array;
}

/** A power of two, some ten times the 300 keys that all dialects together ask for. */
const SLOTS = 4096;

/**
 * Answers whether the key in some bytes is wanted without making a string of it: most attributes of most spans are not.
 * The hash looks at four bytes and the length; a hit is then compared byte by byte. Chains hold wanted keys only, so a
 * sender cannot make them long.
 */
export class KeyTable {
  readonly #slots: (readonly Entry[] | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  readonly #prefixesByFirstByte: (readonly Uint8Array[] | undefined)[] = Array.from({ length: 256 }, () => undefined);

  constructor(wanted: WantedKeys) {
    const encoder = new TextEncoder();
    for (const key of wanted.exact) {
      const bytes = encoder.encode(key);
      if (bytes.length === 0) continue;
      const slot = slotOf(bytes, 0, bytes.length);
      this.#slots[slot] = [...(this.#slots[slot] ?? []), { key, bytes, words: wordsOf(bytes) }];
    }
    for (const prefix of wanted.prefixes) {
      const bytes = encoder.encode(prefix);
      const first = bytes[0];
      if (first === undefined) continue;
      this.#prefixesByFirstByte[first] = [...(this.#prefixesByFirstByte[first] ?? []), bytes];
    }
  }

  /** The key itself, one and the same string each time, when it is wanted by name. */
  findExact(view: DataView, bytes: Uint8Array, start: number, end: number): string | null {
    if (start >= end) return null;
    const entries = this.#slots[slotOf(bytes, start, end)];
    if (entries === undefined) return null;
    for (const entry of entries) {
      if (entry.bytes.length === end - start && isEntry(view, bytes, start, entry)) return entry.key;
    }
    return null;
  }

  matchesPrefix(bytes: Uint8Array, start: number, end: number): boolean {
    const prefixes = this.#prefixesByFirstByte[bytes[start] as number];
    if (prefixes === undefined || start >= end) return false;
    for (const prefix of prefixes) {
      if (prefix.length <= end - start && startsWith(bytes, start, prefix)) return true;
    }
    return false;
  }
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  const last = bytes[end - 1] as number;
  const middle = bytes[start + (length >> 1)] as number;
  const quarter = bytes[start + (length >> 2)] as number;
  const threeQuarters = bytes[end - 1 - (length >> 2)] as number;
  return (length * 31 + last * 7 + middle * 131 + quarter * 521 + threeQuarters * 1031) & (SLOTS - 1);
}

function wordsOf(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Int32Array.from({ length: bytes.length >> 2 }, (_, index) => view.getInt32(index * 4, true));
}

function isEntry(view: DataView, bytes: Uint8Array, start: number, entry: Entry): boolean {
  const { words } = entry;
  for (let index = 0; index < words.length; index += 1) {
    if (view.getInt32(start + index * 4, true) !== words[index]) return false;
  }
  for (let index = words.length * 4; index < entry.bytes.length; index += 1) {
    if (bytes[start + index] !== entry.bytes[index]) return false;
  }
  return true;
}

function startsWith(bytes: Uint8Array, start: number, prefix: Uint8Array): boolean {
  for (let index = 0; index < prefix.length; index += 1) {
    if (bytes[start + index] !== prefix[index]) return false;
  }
  return true;
}

const tables = new WeakMap<WantedKeys, KeyTable>();

/** Built once for each set of wanted keys, which is made at start and never changed. */
export function keyTableOf(wanted: WantedKeys): KeyTable {
  const known = tables.get(wanted);
  if (known !== undefined) return known;
  const table = new KeyTable(wanted);
  tables.set(wanted, table);
  return table;
}
