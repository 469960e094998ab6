import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { GenerationCache } from '../../src/pricing/generationCache.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { llmCall } from './llmCall.ts';

describe('the cache of names', () => {
  it('gives back what was put in, by both keys', () => {
    const cache = new GenerationCache<number>(10);
    cache.set('a', 'bc', 1);
    cache.set('ab', 'c', 2);
    expect([cache.get('a', 'bc'), cache.get('ab', 'c'), cache.get('a', 'c')]).toEqual([1, 2, undefined]);
  });

  it('never holds more than its bound, whatever is put in', () => {
    const cache = new GenerationCache<number>(10);
    for (let i = 0; i < 1_000; i += 1) {
      cache.set(`p${i % 3}`, `m${i}`, i);
      cache.get('p0', 'm0');
      expect(cache.size).toBeLessThanOrEqual(10);
    }
    expect(cache.get('p0', 'm0')).toBe(0);
  });

  it('keeps what is used and forgets what is not', () => {
    const cache = new GenerationCache<string>(4);
    cache.set('p', 'used', 'kept');
    cache.set('p', 'unused', 'lost');
    for (let i = 0; i < 6; i += 1) {
      cache.set('p', `new${i}`, '');
      expect(cache.get('p', 'used')).toBe('kept');
    }
    expect(cache.get('p', 'unused')).toBeUndefined();
  });

  it('keeps memory bounded under 100,000 hostile names', () => {
    const pricing = createPricing();
    const heapMb = (): number => {
      collectGarbage();
      return process.memoryUsage().heapUsed / 2 ** 20;
    };
    const before = heapMb();
    for (let i = 0; i < 100_000; i += 1) {
      const { price } = pricing.price(llmCall({ provider: null, model: `${i}-${'x'.repeat(240)}` }));
      expect(price.status).toBe('unpriced');
    }
    // All of them would be 100,000 × 250 bytes = 25 MB of names alone; 10,000 are 2.5 MB.
    expect(heapMb() - before).toBeLessThan(12);
    expect(pricing.price(llmCall()).price.status).toBe('priced');
  });
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}
