import { KEY_VALUE } from './traceFields.ts';

export interface AddedKey {
  readonly bytes: Buffer;
  /** The key field of a KeyValue, and the tag of its value. */
  readonly head: Buffer;
  /** The number of the last scan of a span that came upon the key, or added it. */
  seenIn: number;
}

/** The keys that are added in one request, found again in the request's bytes without making a string of them. */
export class AddedKeys {
  readonly #byName = new Map<string, AddedKey>();
  readonly #byLength: AddedKey[][] = [];

  of(name: string): AddedKey {
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const bytes = Buffer.from(name, 'utf8');
    const head = Buffer.from([KEY_VALUE.key, ...varint(bytes.length), ...bytes, KEY_VALUE.value]);
    const key = { bytes, head, seenIn: -1 };
    this.#byName.set(name, key);
    while (this.#byLength.length <= bytes.length) this.#byLength.push([]);
    this.#byLength[bytes.length]?.push(key);
    return key;
  }

  find(bytes: Uint8Array, start: number, end: number): AddedKey | null {
    const candidates = this.#byLength[end - start];
    if (candidates === undefined) return null;
    for (const key of candidates) if (startsWith(bytes, start, key.bytes)) return key;
    return null;
  }
}

/** Compares from the end, where keys of one namespace differ. The caller sees to it that there are as many bytes. */
export function startsWith(bytes: Uint8Array, start: number, prefix: Uint8Array): boolean {
  for (let index = prefix.length - 1; index >= 0; index -= 1) {
    if (bytes[start + index] !== prefix[index]) return false;
  }
  return true;
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)];
}
