import { hash } from 'node:crypto';

/** What names a counter: its key, and the hash that stands in its place in the index. */
export interface WrittenKey {
  readonly key: Readonly<Record<string, string>>;
  /** Hexadecimal. */
  readonly keyHash: string;
}

/** The key with another user, named as `counterKeyOf` names it: jsonb keeps an order of its own. */
export function keyOfOther(key: Readonly<Record<string, string>>, erasedAs: string): WrittenKey {
  const sorted = Object.entries({ ...key, user: erasedAs }).toSorted(([one], [two]) => (one < two ? -1 : 1));
  const other = Object.fromEntries(sorted);
  return { key: other, keyHash: hash('md5', JSON.stringify(other)) };
}
