import { describe, expect, it } from 'vitest';
import { BodyBudget } from '../../processor/receive/bodyBudget.ts';

const one = { keyId: 'one' };
const other = { keyId: 'other' };

function makeBudget(bytesMax: number) {
  let nowMs = 0;
  return { budget: new BodyBudget(bytesMax, () => nowMs), pass: (ms: number) => void (nowMs += ms) };
}

const overloaded = expect.objectContaining({ code: 'overloaded' }) as unknown;

describe('the bytes in flight', () => {
  it('are all there for a caller who is alone', () => {
    const { budget } = makeBudget(100);
    const shares = [budget.open(one), budget.open(one)];
    for (const share of shares) share.take(50);
    expect(() => budget.open(one).take(1)).toThrow(overloaded as Error);
    for (const share of shares) share.release();
    budget.open(one).take(100);
  });

  it('are half there for each while another sends, so that he finds room', () => {
    const { budget } = makeBudget(100);
    budget.open(one).take(40);
    const first = budget.open(other);
    expect(() => budget.open(one).take(11)).toThrow(overloaded as Error);
    budget.open(one).take(10);
    first.take(50);
    expect(() => budget.open(one).take(1)).toThrow(overloaded as Error);
  });

  it('are all there again a minute after the other was last seen', () => {
    const { budget, pass } = makeBudget(100);
    budget.open(other).release();
    budget.open(one).take(50);
    pass(59_999);
    expect(() => budget.open(one).take(1)).toThrow(overloaded as Error);
    pass(1);
    budget.open(one).take(50);
  });

  it('let a single request be larger than half', () => {
    const { budget } = makeBudget(100);
    const { budget: full } = makeBudget(100);
    for (const each of [budget, full]) each.open(other).release();
    const share = budget.open(one);
    share.take(40);
    share.take(40);
    full.open(one).take(100);
    share.release();
    budget.open(one).take(80);
  });
});
