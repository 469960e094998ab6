import { describe, expect, it } from 'vitest';
import { createBriefCache } from '../../processor/access/briefCache.ts';

describe('the brief cache', () => {
  it('asks once for all who ask at the same time', async () => {
    const cache = createBriefCache<number>({ ttlMs: 10, entriesMax: 2, nowMs: () => 0 });
    let questions = 0;
    const ask = async () => ++questions;
    expect(await Promise.all([cache.get('a', ask), cache.get('a', ask), cache.get('a', ask)])).toEqual([1, 1, 1]);
  });

  it('holds entriesMax answers and lets the oldest go for another', async () => {
    const cache = createBriefCache<string>({ ttlMs: 10, entriesMax: 2, nowMs: () => 0 });
    const asked: string[] = [];
    const get = (key: string) => cache.get(key, async () => (asked.push(key), key));
    for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) await get(key);
    expect(asked).toEqual(['a', 'b', 'c', 'a']);
  });

  it('forgets a failure, and all of it when told', async () => {
    const cache = createBriefCache<number>({ ttlMs: 10, entriesMax: 2, nowMs: () => 0 });
    await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await cache.get('a', () => Promise.resolve(1))).toBe(1);
    cache.clear();
    expect(await cache.get('a', () => Promise.resolve(2))).toBe(2);
  });
});
