/** The dimensions of the cost cube, in the order in which they are offered. */
export const dimensions = [
  'agent',
  'model',
  'user',
  'session',
  'run',
  'provider',
  'service',
  'operation',
  'environment',
  'endpoint',
] as const;

/** How the API writes a dimension that nobody gave. */
export const NONE = '(none)';
const TAG_PREFIX = 'tag.';

/** One value that a dimension, or `tag.NAME`, may have. Several of one dimension mean any of them. */
export interface Filter {
  readonly dimension: string;
  readonly value: string;
}

export function isDimension(name: string): boolean {
  return dimensions.some((known) => known === name) || (name.startsWith(TAG_PREFIX) && name.length > TAG_PREFIX.length);
}

/** `agent` is Agent, `tag.feature` is Tag feature. */
export function dimensionWord(name: string): string {
  if (name.startsWith(TAG_PREFIX)) return `Tag ${name.slice(TAG_PREFIX.length)}`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The API divides at commas; `\,` is a comma and `\\` a backslash of the value itself. */
export function escapeValue(value: string): string {
  return value.replaceAll(/[\\,]/g, (character) => `\\${character}`);
}

/** As the API reads a list, so that an address of one is an address of the other. */
export function splitValues(text: string): string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === ',') parts.push('');
    else if (character === '\\' && (next === ',' || next === '\\')) {
      parts[parts.length - 1] += next;
      at += 1;
    } else parts[parts.length - 1] += character;
  }
  return parts;
}

export function readFilters(query: URLSearchParams): Filter[] {
  const found: Filter[] = [];
  for (const [dimension, text] of query) {
    if (!isDimension(dimension)) continue;
    for (const value of splitValues(text)) if (value !== '') found.push({ dimension, value });
  }
  return withoutRepeats(found);
}

/** For the API and for the page's own addresses: each dimension with its values. */
export function filterParams(filters: readonly Filter[]): Record<string, readonly string[]> {
  const params: Record<string, string[]> = {};
  for (const { dimension, value } of filters) (params[dimension] ??= []).push(escapeValue(value));
  return params;
}

export function withFilter(filters: readonly Filter[], added: Filter): Filter[] {
  return withoutRepeats([...filters, added]);
}

export function withoutFilter(filters: readonly Filter[], removed: Filter): Filter[] {
  return filters.filter((filter) => !isSame(filter, removed));
}

const isSame = (one: Filter, other: Filter): boolean => one.dimension === other.dimension && one.value === other.value;

function withoutRepeats(filters: readonly Filter[]): Filter[] {
  return filters.filter((filter, at) => filters.findIndex((other) => isSame(filter, other)) === at);
}
