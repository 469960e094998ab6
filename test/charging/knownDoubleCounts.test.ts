import { describe, expect, it } from 'vitest';
import { figuresOf, subjectsOf } from '../dialects/recordedBills.ts';
import { receivedSpan, settleReceived } from '../dialects/recordedCharges.ts';
import { knownDoubleCounts } from './knownDoubleCounts.ts';

describe('what others are known to count twice is charged once:', () => {
  it.each(knownDoubleCounts.map((known) => [known.name, known] as const))('%s', (_name, { spans, charged, by }) => {
    const received = spans.map(receivedSpan);
    const decided = settleReceived(received);
    const figures = decided.filter(({ charge }) => charge === 'charged').map(({ call }) => figuresOf(call.usage));
    expect(figures.sort()).toEqual([...charged].sort());
    if (by !== undefined) expect(subjectsOf(decided)).toEqual(by);
    expect(settleReceived(received.toReversed())).toEqual(decided);
  });
});
