import type { AttributeValue } from '../span.ts';
import { readCount, type Counts } from './counts.ts';
import { child, leaf, type JsonObject } from './json.ts';

export type CountName = Exclude<keyof Counts, 'fault'>;

/** A path inside an object, and the count that stands there. */
export type Place = readonly [path: readonly string[], name: CountName];

/** Fills the counts still unknown from their places in `root`. Of two places for one count the first present wins. */
export function fillCounts(counts: Counts, root: JsonObject | null, places: readonly Place[], where: string): void {
  if (root === null) return;
  for (const [path, name] of places) {
    const value = counts[name] === null ? leafAt(root, path) : null;
    if (value !== null) counts[name] = readCount(value, `${where} ${path.join('.')}`, counts);
  }
}

/** The leaf at the end of a path; null where any step of it is missing. */
function leafAt(root: JsonObject, path: readonly string[]): AttributeValue {
  let parent: JsonObject | null = root;
  for (let depth = 0; depth < path.length - 1; depth++) {
    parent = child(parent, path[depth] ?? '');
    if (parent === null) return null;
  }
  return leaf(parent, path[path.length - 1] ?? '');
}

/** LangChain writes a total of 0 beside cache writes told by their time to live, so that no sum counts them twice. */
export function dropEmptyWriteTotal(counts: Counts): void {
  const isTold = (counts.cacheWrite5m ?? 0) + (counts.cacheWrite1h ?? 0) > 0;
  if (counts.cacheWrite === 0 && isTold) counts.cacheWrite = null;
}
