import type { AttributeValue } from '../span.ts';
import { cleanDimension } from './cleanDimension.ts';

/** Most tags a call keeps. Of more, the first by name are kept, so that the order of attributes decides nothing. */
export const TAGS_MAX = 32;
/** Longest tag name; longer ones are cut like any dimension. */
export const TAG_NAME_CHARS_MAX = 64;

export type Tags = Readonly<Record<string, string>>;
export const noTags: Tags = Object.freeze({});

/** `entries` are named tags; each entry of `list` is a tag without a value and gets `true`. The first of a name stays. */
export function readTags(
  entries: readonly (readonly [string, AttributeValue])[],
  list: AttributeValue | undefined,
): Tags {
  if (entries.length === 0 && list === undefined) return noTags;
  const tags = new Map<string, string>();
  const add = (rawName: AttributeValue, rawValue: AttributeValue): void => {
    const name = cleanDimension(rawName, TAG_NAME_CHARS_MAX);
    const value = cleanDimension(rawValue);
    if (name !== null && value !== null && !tags.has(name)) tags.set(name, value);
  };
  for (const [name, value] of entries) add(name, unquoted(value));
  if (typeof list === 'string') for (const name of namesIn(list)) add(name, true);
  else if (Array.isArray(list)) for (const name of list as readonly AttributeValue[]) add(name, true);
  return toRecord(tags);
}

/** Longest list of tags in one text, which is a JSON array (Mastra) or separated by commas (LangSmith). */
const TAG_LIST_CHARS_MAX = 8192;

function namesIn(list: string): readonly AttributeValue[] {
  if (list.length > TAG_LIST_CHARS_MAX) return [];
  if (list.startsWith('[')) {
    const names = parsed(list);
    if (Array.isArray(names)) return names as readonly AttributeValue[];
  }
  return list.split(',');
}

/** Langfuse writes a tag's text as JSON: `"search"` is `search`. */
function unquoted(value: AttributeValue): AttributeValue {
  if (typeof value !== 'string' || !value.startsWith('"') || value.length > TAG_LIST_CHARS_MAX) return value;
  const text = parsed(value);
  return typeof text === 'string' ? text : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** All tags of all levels; of one name the nearest level's value stays. */
export function unite(levels: readonly Tags[]): Tags {
  const given = levels.filter((tags) => Object.keys(tags).length > 0);
  if (given.length <= 1) return given[0] ?? noTags;
  const tags = new Map<string, string>();
  for (const level of given) {
    for (const [name, value] of Object.entries(level)) if (!tags.has(name)) tags.set(name, value);
  }
  return toRecord(tags);
}

function toRecord(tags: ReadonlyMap<string, string>): Tags {
  if (tags.size === 0) return noTags;
  const sorted = tags.size === 1 ? tags : [...tags].sort(([one], [two]) => (one < two ? -1 : 1)).slice(0, TAGS_MAX);
  // `fromEntries` makes own properties, also of a tag named `__proto__`.
  return Object.fromEntries(sorted);
}
