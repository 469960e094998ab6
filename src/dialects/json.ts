import type { AttributeValue } from '../span.ts';

/** Longest JSON text that is parsed; Google's metadata with search results reaches tens of kilobytes. */
const JSON_CHARS_MAX = 65_536;

/** One object of parsed JSON or of a key-value list; null where there is none. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Lenient: what is no object, no JSON or too long is null. */
export function readJsonObject(value: AttributeValue | undefined): JsonObject | null {
  if (typeof value !== 'string') return asObject(value);
  if (value.length > JSON_CHARS_MAX) return null;
  try {
    return asObject(JSON.parse(value));
  } catch {
    return null;
  }
}

export function child(parent: JsonObject | null, key: string): JsonObject | null {
  return parent !== null && Object.hasOwn(parent, key) ? asObject(parent[key]) : null;
}

/** A leaf as an attribute value: what is neither text nor number counts as absent. */
export function leaf(parent: JsonObject | null, key: string): string | number | bigint | null {
  if (parent === null || !Object.hasOwn(parent, key)) return null;
  const value = parent[key];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? value : null;
}

function asObject(value: unknown): JsonObject | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array) return null;
  return value as JsonObject;
}
