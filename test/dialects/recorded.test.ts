import { describe, expect, it } from 'vitest';
import { reckon, subjectsOf } from './recordedBills.ts';
import { fixturePaths, readFixture, receive, settleReceived } from './recordedCharges.ts';
import { recordedExpectations } from './recordedExpectations.ts';

const ORDERS = 5;

describe('a recording', () => {
  it('has an expectation, and each expectation a recording', () => {
    expect(Object.keys(recordedExpectations).sort()).toEqual(fixturePaths());
  });

  it.each(fixturePaths())('%s is charged as the provider billed it', (path) => {
    const fixture = readFixture(path);
    const decided = settleReceived(receive(fixture));
    const expectation = recordedExpectations[path] ?? { by: [] };
    expect(reckon(fixture, decided, expectation)).toEqual({
      billsNotCharged: [],
      chargesNotBilled: [],
      idsNotIssued: [],
    });
    expect(subjectsOf(decided)).toEqual(expectation.by);
  });

  it.each(fixturePaths())('%s is charged the same in any order', (path) => {
    const received = receive(readFixture(path));
    const inOrder = settleReceived(received);
    for (let order = 1; order <= ORDERS; order++) expect(settleReceived(shuffled(received, order))).toEqual(inOrder);
    expect(settleReceived([...received, ...received])).toEqual(inOrder);
  });
});

/** By a linear congruential generator: the same seed, the same order. */
function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  let state = seed;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state % below;
  };
  const left = [...items];
  return items.flatMap(() => left.splice(draw(left.length), 1));
}
