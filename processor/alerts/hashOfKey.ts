import { hash } from 'node:crypto';

/** Of fixed size, whatever senders write into dimensions, and the same whatever order a key is read in. */
export function hashOfKey(key: Readonly<Record<string, string>>): string {
  return hash('md5', JSON.stringify(Object.entries(key).sort(([left], [right]) => (left < right ? -1 : 1))));
}
