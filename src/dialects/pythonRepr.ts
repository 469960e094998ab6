import type { AttributeValue } from '../span.ts';
import { readJsonObject, type JsonObject } from './json.ts';

/** Longest text that is read: usage with every detail has about a thousand characters. */
export const REPR_CHARS_MAX = 16_384;
/** Deepest nesting that is read; usage has three levels. */
export const REPR_DEPTH_MAX = 16;

/**
 * What Python's `str()` writes for a dictionary: single quotes, `None`, `True`, tuples, `Name(key=value)` of data classes
 * and `<Enum.X: 1>`, for which null stands. JSON is read too. Anything else, a text cut short among it, is null: half of a
 * usage would pass for the whole. Never throws; the time is linear in the length.
 */
export function readReprObject(value: AttributeValue | undefined): JsonObject | null {
  if (typeof value !== 'string') return readJsonObject(value);
  if (value.length > REPR_CHARS_MAX) return null;
  const reader = new ReprReader(value);
  const read = reader.readWhole();
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as JsonObject) : null;
}

/** Stands for "this is no repr"; no value can be it. */
const nothing = Symbol('nothing');

const BLANK = /\s*/y;
const NUMBER = /[+-]?(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const NAME = /[A-Za-z_][\w.]*/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };
const constants: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['None', null],
  ['null', null],
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['nan', NaN],
  ['NaN', NaN],
  ['inf', Infinity],
]);

class ReprReader {
  readonly #text: string;
  #place = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readWhole(): unknown {
    const value = this.#value();
    this.#match(BLANK);
    return this.#place === this.#text.length ? value : nothing;
  }

  #value(): unknown {
    this.#match(BLANK);
    const next = this.#text[this.#place];
    if (next === '{') return this.#nested('}', ':', true);
    if (next === '[') return this.#nested(']', null, false);
    if (next === '(') return this.#nested(')', null, false);
    if (next === "'" || next === '"') return this.#string(next);
    if (next === '<') return this.#angled();
    const number = this.#match(NUMBER);
    if (number !== '') return Number(number.replaceAll('_', ''));
    const name = this.#match(NAME);
    if (name === '') return nothing;
    const following = this.#text[this.#place];
    if (following === '(') return this.#nested(')', '=', false);
    // `b'…'`, `u'…'`
    if (name.length <= 2 && (following === "'" || following === '"')) return this.#string(following);
    // A name of the program's, `datetime.timezone.utc`: nothing of use.
    return constants.has(name) ? constants.get(name) : null;
  }

  /**
   * What stands between the bracket here and `close`: entries with a key before `separator`, or items. A dictionary's
   * braces may hold a set; a call's arguments may have no names.
   */
  #nested(close: string, separator: string | null, isBraced: boolean): unknown {
    if (++this.#depth > REPR_DEPTH_MAX) return nothing;
    this.#place += 1;
    // Without a prototype, so that a key named `__proto__` is a key.
    const entries = Object.create(null) as Record<string, unknown>;
    const items: unknown[] = [];
    for (;;) {
      this.#match(BLANK);
      if (this.#skip(close)) break;
      const key = separator === null ? null : this.#key(separator, isBraced);
      const value = this.#value();
      if (value === nothing) return nothing;
      if (key === null) items.push(value);
      else entries[key] = value;
      this.#match(BLANK);
      if (!this.#skip(',') && this.#text[this.#place] !== close) return nothing;
    }
    this.#depth -= 1;
    return separator === null || items.length > 0 ? items : entries;
  }

  /** The key before a separator, past both; null, and nothing read, where there is none. */
  #key(separator: string, isQuoted: boolean): string | null {
    const start = this.#place;
    const quote = this.#text[start];
    let key: string | typeof nothing;
    if (isQuoted && (quote === "'" || quote === '"')) key = this.#string(quote);
    else key = this.#match(isQuoted ? NUMBER : NAME);
    this.#match(BLANK);
    if (key !== nothing && this.#place > start && this.#skip(separator)) return key;
    this.#place = start;
    return null;
  }

  #string(quote: string): string | typeof nothing {
    let text = '';
    let from = this.#place + 1;
    for (let place = from; place < this.#text.length; place++) {
      const unit = this.#text[place];
      if (unit === quote) {
        this.#place = place + 1;
        return text + this.#text.slice(from, place);
      }
      if (unit !== '\\') continue;
      const escaped = this.#text[place + 1] ?? '';
      text += this.#text.slice(from, place) + (escapes[escaped] ?? escaped);
      place += 1;
      from = place + 1;
    }
    return nothing;
  }

  /** `<Enum.X: 'y'>`, `<object at 0x…>`: nothing of use. */
  #angled(): unknown {
    const end = this.#text.indexOf('>', this.#place);
    if (end === -1) return nothing;
    this.#place = end + 1;
    return null;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#place;
    const match = pattern.exec(this.#text)?.[0] ?? '';
    this.#place += match.length;
    return match;
  }

  #skip(character: string): boolean {
    if (this.#text[this.#place] !== character) return false;
    this.#place += 1;
    return true;
  }
}
