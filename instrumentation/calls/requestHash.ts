import { createHash, hash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { fieldsOrEmpty, isFields } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { RequestForm } from './operation.ts';
import { DEPTH_MAX, fieldAt, isOpaque, markNames, roleOfField, roleOfPart } from './requestParts.ts';

/** A larger request has no hash: SHA-256 takes 0.8 ms for it, and more would hold up the application. */
const HASHED_BYTES_MAX = 1_048_576;
/** Shorter texts are collected, as each update costs 1 µs; longer ones are not copied. */
const PIECE_CHARACTERS = 1_024;
/** As much is hashed anew for each end: 0.6 µs and 1 µs a KB, where a hash that goes on takes 4 µs. */
const ANEW_CHARACTERS = 2_048;
/** 64 bits: among a million different requests two are taken for one with a chance of 1 in 37 million. */
const HASH_DIGITS = 16;

/** Equal for equal input to a model, whatever model; without the key nobody can try out what it may have been. */
export interface RequestHashes {
  readonly whole: string;
  /** Of what stands before the last turn, as the request of the turn before has it; null where nothing does. */
  readonly prefix: string | null;
}

/**
 * Keyed with `key`. `schemas` are those that were written to measure the request. Null where it is too large, or is not
 * plain data.
 */
export function hashRequest(
  body: Fields,
  form: RequestForm,
  schemas: readonly string[] | null,
  key: string,
): RequestHashes | null {
  if (schemas === null) return null;
  const writer = new HashWriter(key);
  for (const schema of schemas) writer.write(schema);
  const names = contentsInOrder(form).filter((name) => (fieldAt(body, name) ?? null) !== null);
  const last = names.pop();
  for (const name of names) writer.write(`${name}=`).write(fieldAt(body, name));
  let prefix: string | null = null;
  if (last !== undefined) {
    const value = fieldAt(body, last);
    const turn = startOfTurn(value);
    if ((turn ?? 0) === 0 && !writer.isEmpty) prefix = writer.digest();
    writer.write(`${last}=`);
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
const orders = new WeakMap<RequestForm, readonly string[]>();

/** As providers put them together and cache them: after the tools what the system says, then the conversation. */
function contentsInOrder(form: RequestForm): readonly string[] {
  const known = orders.get(form);
  if (known !== undefined) return known;
  const rank = (name: string): number => (roleOfField(name) === 'system' ? 0 : name === 'message' ? 2 : 1);
  const order = form.contents.toSorted((one, other) => rank(one) - rank(other));
  orders.set(form, order);
  return order;
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
  readonly #key: string;
  /** Of what stands before the piece; null while that is nothing. */
  #hash: Hash | null = null;
  #piece = '';
  #size = 0;
  #isPlain = true;

  constructor(key: string) {
    this.#key = key;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
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
    if (!this.#isPlain) return null;
    const digest =
      this.#hash === null && this.#piece.length <= ANEW_CHARACTERS
        ? hash('sha256', this.#key + this.#piece, 'hex')
        : this.#flush().copy().digest('hex');
    return digest.slice(0, HASH_DIGITS);
  }

  #writeList(list: readonly unknown[], depth: number): void {
    this.#add('[', '');
    for (const item of list) if (!isFields(item) || item['cachePoint'] === undefined) this.write(item, depth + 1);
    this.#add(']', '');
  }

  #writeFields(fields: Fields, depth: number): void {
    this.#add('{', '');
    for (const name of Object.keys(fields)) {
      const item = fields[name];
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
      if (this.#isPlain) this.#flush().update(bytes);
    }
  }

  #add(mark: string, text: string): void {
    this.#size += mark.length + text.length;
    if (this.#size > HASHED_BYTES_MAX) this.#isPlain = false;
    else if (text.length < PIECE_CHARACTERS) this.#piece += mark + text;
    else {
      this.#piece += mark;
      this.#flush().update(text);
    }
  }

  #flush(): Hash {
    this.#hash ??= createHash('sha256').update(this.#key);
    if (this.#piece !== '') this.#hash.update(this.#piece);
    this.#piece = '';
    return this.#hash;
  }
}
