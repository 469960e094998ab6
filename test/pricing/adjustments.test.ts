import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/glob.ts';
import type { Adjustment } from '../../src/pricing/adjustment.ts';
import { adjustments } from '../../src/pricing/data/adjustments.ts';
import { createPricing } from '../../src/pricing/pricing.ts';

const ids = [...createPricing().cards()].map(({ id }) => id);
/** Azure's and Vertex AI's cards of OpenAI's and Anthropic's models come into being when somebody asks for them. */
const lent = ids.flatMap((id) => {
  if (id.startsWith('openai/')) return [`azure/${id.slice('openai/'.length)}`];
  return id.startsWith('anthropic/') ? [`google/${id.slice('anthropic/'.length)}`] : [];
});
const cards = [...ids, ...lent];

function titleOf({ when, cards: globs }: Adjustment): string {
  return `${JSON.stringify(when)} of ${globs.join(', ')}`;
}

describe.each(adjustments.map((adjustment) => [titleOf(adjustment), adjustment] as const))('%s', (_, adjustment) => {
  const { factor, rates, from, to, says, source } = adjustment;

  it('is of cards that there are, each of its names', () => {
    for (const glob of adjustment.cards) expect(cards.filter(compileGlob(glob)).length, glob).toBeGreaterThan(0);
  });

  it('is either a factor or a whole card, dated and sourced', () => {
    expect(factor === undefined).not.toBe(rates === undefined);
    if (factor !== undefined) expect(factor.every((part) => Number.isInteger(part) && part > 0)).toBe(true);
    if (from !== null && to !== null) expect(Date.parse(from)).toBeLessThan(Date.parse(to));
    expect(says).toMatch(/^[A-Z].*\.$/);
    expect(source.length).toBeGreaterThan(10);
  });
});

describe('the adjustments together', () => {
  it('are no two of one condition with the same name', () => {
    const keys = adjustments.flatMap(({ when, cards: globs }) =>
      globs.map((glob) => `${JSON.stringify(when)} ${glob}`),
    );
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
  });
});
