import type { AttributeValue } from '../span.ts';

/** Longest JSON text that is parsed; Google's metadata with search results reaches tens of kilobytes. */
const JSON_CHARS_MAX = 65_536;

/** Longest text of an answer that is parsed for the usage inside it: 1 MiB is parsed in some 10 ms, the span once. */
export const CONTENT_JSON_CHARS_MAX = 1_048_576;

/** One object of parsed JSON or of a key-value list; null where there is none. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Lenient: what is no object, no JSON or too long is null. */
export function readJsonObject(
  value: AttributeValue | undefined,
  charsMax: number = JSON_CHARS_MAX,
): JsonObject | null {
  if (typeof value !== 'string') return asObject(value);
  if (value.length > charsMax) return null;
  try {
    return asObject(JSON.parse(value));
  } catch {
    return null;
  }
}

export function child(parent: JsonObject | null, key: string): JsonObject | null {
  return parent !== null && Object.hasOwn(parent, key) ? asObject(parent[key]) : null;
}

/** The object at the end of a path; a number is a place in an array. */
export function objectAt(root: JsonObject | null, path: readonly (string | number)[]): JsonObject | null {
  let value: unknown = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return asObject(value);
}

/** A leaf as an attribute value: what is neither text nor number counts as absent. */
export function leaf(parent: JsonObject | null, key: string): string | number | bigint | null {
  if (parent === null || !Object.hasOwn(parent, key)) return null;
  const value = parent[key];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? value : null;
}

/** Longest object that `readLastObjectOf` cuts out. */
const CUT_OBJECT_CHARS_MAX = 8192;
const COLON = /\s{0,8}:\s{0,8}(?=\{)/y;

/**
 * The object of the last `key` in a long JSON text, which is not parsed as a whole. Inside a JSON string quotes are escaped,
 * so content cannot pose as the key.
 */
export function readLastObjectOf(value: AttributeValue | undefined, key: string): JsonObject | null {
  if (typeof value !== 'string') return child(asObject(value), key);
  const quoted = `"${key}"`;
  const place = value.lastIndexOf(quoted);
  if (place === -1) return null;
  COLON.lastIndex = place + quoted.length;
  if (!COLON.test(value)) return null;
  const end = endOfObject(value, COLON.lastIndex);
  return end === null ? null : readJsonObject(value.slice(COLON.lastIndex, end));
}

const TEXT_MEMBER = /\s{0,8}:\s{0,8}"([^"\\]{1,256})"/y;

/** The value of the last `key` in a long JSON text where it is a short text without escapes; null for any other. */
export function readLastTextOf(json: string, key: string): string | null {
  const quoted = `"${key}"`;
  const place = json.lastIndexOf(quoted);
  if (place === -1) return null;
  TEXT_MEMBER.lastIndex = place + quoted.length;
  return TEXT_MEMBER.exec(json)?.[1] ?? null;
}

/** The place behind the object that begins at `start`; null where it does not end within bounds. */
function endOfObject(text: string, start: number): number | null {
  let depth = 0;
  let isQuoted = false;
  for (let place = start; place < text.length && place < start + CUT_OBJECT_CHARS_MAX; place++) {
    const unit = text[place];
    if (isQuoted && unit === '\\') place += 1;
    else if (unit === '"') isQuoted = !isQuoted;
    else if (!isQuoted && unit === '{') depth += 1;
    else if (!isQuoted && unit === '}' && --depth === 0) return place + 1;
  }
  return null;
}

function asObject(value: unknown): JsonObject | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return null;
  return value as JsonObject;
}
