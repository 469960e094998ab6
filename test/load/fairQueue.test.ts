import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue, type Queued } from '../../processor/store/fairQueue.ts';

const queueOf = (items: readonly Queued[]): FairQueue<Queued> => {
  const queue = new FairQueue<Queued>();
  for (const item of items) queue.push(item);
  return queue;
};
const names = (items: readonly Queued[]): string => items.map(({ tenant }) => tenant).join('');
const of = (tenant: string, size: number): Queued => ({ tenant, size });

describe('the queue of exports', () => {
  it('takes the one export of a tenant before the second of a tenant that sent a hundred', () => {
    const queue = queueOf([...Array.from({ length: 100 }, () => of('a', 10)), of('b', 10)]);
    expect(names(queue.take(30))).toBe('aba');
  });

  it('takes by spans, not by exports: ten of ten against one of a hundred', () => {
    const queue = queueOf([of('a', 100), of('a', 100), ...Array.from({ length: 11 }, () => of('b', 10))]);
    expect(names(queue.take(300))).toBe('abbbbbbbbbba');
  });

  it('lets who comes later begin where the others are, not where they began', () => {
    const queue = queueOf(Array.from({ length: 6 }, () => of('a', 10)));
    queue.take(30);
    for (let count = 0; count < 6; count += 1) queue.push(of('b', 10));
    expect(names(queue.take(60))).toMatch(/^(?:ab|ba){3}$/);
  });

  it('takes a group of exactly the size that fits, and one export that is larger alone', () => {
    const queue = queueOf([of('a', 10), of('a', 20), of('a', 1), of('a', 1000)]);
    expect(queue.take(30)).toHaveLength(2);
    expect(queue.take(30)).toHaveLength(1);
    expect(queue.take(30)).toEqual([of('a', 1000)]);
    expect(queue.take(30)).toEqual([]);
    expect(queue.isEmpty).toBe(true);
  });

  it('loses and doubles nothing, and keeps the order of each tenant', () => {
    const exports = fc.array(fc.record({ tenant: fc.constantFrom('a', 'b', 'c'), size: fc.nat(50) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(exports, fc.integer({ min: 1, max: 100 }), (items, sizeMax) => {
        const queue = queueOf(items);
        const taken: Queued[] = [];
        while (!queue.isEmpty) taken.push(...queue.take(sizeMax));
        const ofTenant = (list: readonly Queued[], name: string) => list.filter(({ tenant }) => tenant === name);
        for (const name of ['a', 'b', 'c']) expect(ofTenant(taken, name)).toEqual(ofTenant(items, name));
      }),
    );
  });

  it('never lets two tenants that both wait come further apart than their largest exports together', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 20, maxLength: 40 });
    fc.assert(
      fc.property(sizes, sizes, (left, right) => {
        const queue = queueOf([...left.map((size) => of('a', size)), ...right.map((size) => of('b', size))]);
        const served = { a: 0, b: 0 };
        const waiting = { a: left.length, b: right.length };
        while (waiting.a > 0 && waiting.b > 0) {
          for (const { tenant, size } of queue.take(1)) {
            const name = tenant === 'a' ? 'a' : 'b';
            served[name] += size;
            waiting[name] -= 1;
          }
          expect(Math.abs(served.a - served.b)).toBeLessThanOrEqual(Math.max(...left) + Math.max(...right));
        }
      }),
    );
  });
});
