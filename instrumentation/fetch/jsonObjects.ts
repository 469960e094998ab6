/** Of one object, when long strings and lists of numbers are left out of it; a larger one is not read. */
const OBJECT_CHARACTERS_MAX = 4 * 1024 * 1024;
/** Answers, pictures, vectors in base64: nothing that is read here is as long. */
const STRING_CHARACTERS_MAX = 16 * 1024;
/** What may belong to an escape that began before, `\u0000`, with one to spare: a string is not cut there. */
const ESCAPE_CHARACTERS = 5;

const endsPlain = /["\\]/g;
const structural = /["{}[\]]/g;
/** What is neither a number nor between two. */
const endsNumbers = /[^\d.,+\-eE\s]/g;

/**
 * Finds JSON objects in text as it comes: a single one, one a line, or those of a list. Memory is bounded, whatever comes:
 * what is too long is left out, so that the usage behind some megabytes of vectors is read all the same.
 */
export class JsonObjects {
  readonly #found: (text: string) => void;
  readonly #decoder = new TextDecoder();
  #kept: string[] = [];
  #keptCharacters = 0;
  #depth = 0;
  #state: 'outside' | 'numbers' | 'string' | 'escape' = 'outside';
  #stringCharacters = 0;
  #isCut = false;

  constructor(found: (text: string) => void) {
    this.#found = found;
  }

  /** No object has begun that is not whole. */
  get isBetween(): boolean {
    return this.#depth === 0 && this.#state === 'outside';
  }

  push(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    for (let at = 0; at < text.length;) at = this.#read(text, at);
  }

  /** Reads on in the state it is in, and says how far it came. */
  #read(text: string, at: number): number {
    switch (this.#state) {
      case 'outside':
        return this.#readOutside(text, at);
      case 'numbers':
        this.#state = 'outside';
        return this.#skipNumbers(text, at);
      case 'string':
        return this.#readString(text, at);
      case 'escape':
        this.#state = 'string';
        if (!this.#isCut) this.#keep(text.slice(at, at + 1));
        return at + 1;
    }
  }

  #readOutside(text: string, start: number): number {
    const at = indexFrom(structural, text, start);
    if (at === -1) {
      this.#keep(text.slice(start));
      return text.length;
    }
    const sign = text[at];
    const from = this.#depth === 0 ? at : start;
    if (sign === '{' || (sign === '[' && this.#depth > 0)) this.#depth += 1;
    this.#keep(text.slice(from, at + 1));
    if (sign === '"') {
      this.#state = 'string';
      this.#stringCharacters = 0;
      this.#isCut = false;
    } else if (sign === '[') this.#state = 'numbers';
    else if (sign !== '{' && this.#depth > 0) this.#close();
    return at + 1;
  }

  #close(): void {
    this.#depth -= 1;
    if (this.#depth > 0) return;
    const text = this.#keptCharacters > OBJECT_CHARACTERS_MAX ? null : this.#kept.join('');
    this.#kept = [];
    this.#keptCharacters = 0;
    if (text !== null) this.#found(text);
  }

  /** Numbers at the head of a list, commas and all: what is left is a list all the same. */
  #skipNumbers(text: string, start: number): number {
    const at = indexFrom(endsNumbers, text, start);
    if (at === -1) this.#state = 'numbers';
    return at === -1 ? text.length : at;
  }

  #readString(text: string, start: number): number {
    const found = indexFrom(endsPlain, text, start);
    const end = found === -1 ? text.length : found;
    this.#keepOfString(text.slice(start, end));
    if (found === -1) return end;
    if (text[end] === '"') {
      this.#state = 'outside';
      this.#keep('"');
    } else {
      this.#state = 'escape';
      this.#isCut ||= this.#stringCharacters > STRING_CHARACTERS_MAX;
      if (!this.#isCut) this.#keep('\\');
    }
    return end + 1;
  }

  #keepOfString(plain: string): void {
    if (this.#isCut) return;
    const most = Math.max(ESCAPE_CHARACTERS, STRING_CHARACTERS_MAX - this.#stringCharacters);
    this.#stringCharacters += plain.length;
    this.#isCut = plain.length > most;
    this.#keep(this.#isCut ? plain.slice(0, most) : plain);
  }

  #keep(text: string): void {
    if (this.#depth === 0 || text === '') return;
    this.#keptCharacters += text.length;
    if (this.#keptCharacters <= OBJECT_CHARACTERS_MAX) this.#kept.push(text);
    else this.#kept = [];
  }
}

function indexFrom(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}
