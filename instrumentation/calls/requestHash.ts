import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { RequestForm } from './operation.ts';
import { DEPTH_MAX, fieldAt, isOpaque, markNames, roleOfField, roleOfPart } from './requestParts.ts';

/** A larger request has no hash: SHA-256 takes 0.8 ms for it, and more would hold up the application. */
const HASHED_BYTES_MAX = 1_048_576;
/** Shorter texts are collected, as each update costs 1 µs; longer ones are not copied. */
const PIECE_CHARACTERS = 1_024;
/** 64 bits: among a million different requests two are taken for one with a chance of 1 in 37 million. */
const HASH_DIGITS = 16;

/** Equal for equal input to a model, whatever model; without the key nobody can try out what it may have been. */
export interface RequestHashes {
  readonly whole: string;
  /** Of what stands before the last turn, as the request of the turn before has it; null where nothing does. */
  readonly prefix: string | null;
}

/** Keyed with `key`. Null where the request is too large, or is not plain data. */
export function hashRequest(body: Fields, form: RequestForm, key: Uint8Array): RequestHashes | null {
  const writer = new HashWriter(key);
  const fields = fieldsInOrder(form, body);
  const last = fields.pop();
  for (const [name, value] of fields) writer.write(`${name}=`).write(value);
  let prefix = fields.length === 0 ? null : writer.digest();
  if (last !== undefined) {
    const [name, value] = last;
    writer.write(`${name}=`);
    const turn = startOfTurn(value);
    if (turn === null) writer.write(value);
    else {
      // Without a mark of its end, so that it goes on where the turn before ended.
      (value as unknown[]).forEach((item, index) => {
        if (index === turn && index > 0) prefix = writer.digest();
        writer.write(item);
      });
    }
  }
  const whole = writer.digest();
  return whole === null ? null : { whole, prefix };
}

/** As providers put them together and cache them: tools, what the system says, the conversation. */
function fieldsInOrder({ schemas, contents }: RequestForm, body: Fields): [name: string, value: unknown][] {
  const rank = (name: string): number => (roleOfField(name) === 'system' ? 0 : name === 'message' ? 2 : 1);
  // As JSON, which is quicker than to walk it.
  const asText = (value: unknown): unknown => (value === null ? null : JSON.stringify(value));
  return [
    ...schemas.map((name): [string, unknown] => [name, asText(fieldAt(body, name) ?? null)]),
    ...contents
      .toSorted((one, other) => rank(one) - rank(other))
      .map((name): [string, unknown] => [name, fieldAt(body, name) ?? null]),
  ].filter(([, value]) => value !== null);
}

/**
 * Where in a conversation its last turn begins: at the model's last answer, with which the one before ended; else at the
 * last message. Null for what is no conversation.
 */
function startOfTurn(value: unknown): number | null {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isFields)) return null;
  const isAnswer = (index: number): boolean => index >= 0 && roleOfPart(fieldsOrEmpty(value[index])) === 'assistant';
  let index = value.length - 1;
  while (index >= 0 && !isAnswer(index)) index -= 1;
  if (index < 0) return value.length - 1;
  while (isAnswer(index - 1)) index -= 1;
  return index;
}

/** Writes plain data so that different data is written differently: each text after its length. */
class HashWriter {
  readonly #hash: Hash;
  #piece = '';
  #size = 0;
  #isPlain = true;

  constructor(key: Uint8Array) {
    this.#hash = createHash('sha256').update(key);
  }

  write(value: unknown, depth = 0): this {
    if (!this.#isPlain) return this;
    if (typeof value === 'string') this.#add(`"${value.length}:`, value);
    else if (typeof value !== 'object' || value === null) this.#add(`${String(value)};`, '');
    else if (depth > DEPTH_MAX) this.#isPlain = false;
    else if (Array.isArray(value)) this.#writeList(value, depth);
    else if (isOpaque(value)) this.#writeOpaque(value);
    else this.#writeFields(value as Fields, depth);
    return this;
  }

  /** Of all so far; null where something could not be written. */
  digest(): string | null {
    this.#flush();
    return this.#isPlain ? this.#hash.copy().digest('hex').slice(0, HASH_DIGITS) : null;
  }

  #writeList(list: readonly unknown[], depth: number): void {
    this.#add('[', '');
    for (const item of list) if (!isFields(item) || item['cachePoint'] === undefined) this.write(item, depth + 1);
    this.#add(']', '');
  }

  #writeFields(fields: Fields, depth: number): void {
    this.#add('{', '');
    for (const [name, item] of Object.entries(fields)) {
      if (item === undefined || markNames.has(name)) continue;
      this.write(name).write(item, depth + 1);
    }
    this.#add('}', '');
  }

  #writeOpaque(value: object): void {
    const bytes =
      value instanceof ArrayBuffer
        ? new Uint8Array(value)
        : ArrayBuffer.isView(value)
          ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
          : null;
    if (value instanceof Date) this.#add(`@${value.getTime()};`, '');
    else if (bytes === null) this.#isPlain = false;
    else {
      this.#add(`b${bytes.byteLength}:`, '');
      this.#size += bytes.byteLength;
      this.#isPlain &&= this.#size <= HASHED_BYTES_MAX;
      this.#flush();
      if (this.#isPlain) this.#hash.update(bytes);
    }
  }

  #add(mark: string, text: string): void {
    this.#size += mark.length + text.length;
    if (this.#size > HASHED_BYTES_MAX) this.#isPlain = false;
    else if (text.length < PIECE_CHARACTERS) this.#piece += mark + text;
    else {
      this.#piece += mark;
      this.#flush();
      this.#hash.update(text);
    }
  }

  #flush(): void {
    if (this.#piece === '') return;
    this.#hash.update(this.#piece);
    this.#piece = '';
  }
}
