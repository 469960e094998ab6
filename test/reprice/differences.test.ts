import { describe, expect, it } from 'vitest';
import { Differences, MODELS_TOLD_MAX } from '../../processor/reprice/differences.ts';

const usd = (cents: number) => ({ costFemtoUsd: BigInt(cents) * 10n ** 13n });
const unpriced = { costFemtoUsd: null };
const openai = (model: string) => ({ provider: 'openai', model });

describe('differences', () => {
  it('are of calls whose cost is another one, the largest first', () => {
    const differences = new Differences();
    differences.add(openai('a'), usd(10), usd(12));
    differences.add(openai('b'), usd(10), usd(3));
    differences.add(openai('b'), usd(5), usd(5));
    differences.add(openai('c'), unpriced, usd(1));
    differences.add(openai('c'), usd(2), unpriced);
    differences.add(openai('c'), unpriced, unpriced);
    // Free is a price.
    differences.add(openai('d'), unpriced, usd(0));
    expect(differences.byModel().map(({ model, calls }) => [model, calls])).toEqual([
      ['b', 1],
      ['a', 1],
      ['c', 2],
      ['d', 1],
    ]);
    // 10 + 10 + 2 cents before; 12 + 3 + 1 after.
    expect(differences.total).toEqual({
      calls: 5,
      newlyPricedCalls: 2,
      newlyUnpricedCalls: 1,
      beforeFemtoUsd: 22n * 10n ** 13n,
      afterFemtoUsd: 16n * 10n ** 13n,
    });
  });

  it('count a charge that moves where it goes and where it comes', () => {
    const differences = new Differences();
    differences.add(openai('a'), unpriced, null);
    differences.add(openai('b'), null, usd(4));
    expect(differences.total).toMatchObject({ calls: 2, newlyPricedCalls: 0, beforeFemtoUsd: 0n });
    expect(differences.total.afterFemtoUsd).toBe(4n * 10n ** 13n);
  });

  it('are kept of so many models; the others have one sum, however many names senders make up', () => {
    const differences = new Differences();
    for (let number = 0; number < MODELS_TOLD_MAX + 50; number += 1) {
      differences.add(openai(`model-${number}`), usd(1), usd(2));
    }
    const byModel = differences.byModel();
    expect(byModel).toHaveLength(MODELS_TOLD_MAX + 1);
    expect(byModel[0]).toMatchObject({ provider: '(other)', model: '(other)', calls: 50 });
    expect(differences.total.calls).toBe(MODELS_TOLD_MAX + 50);
  });
});
