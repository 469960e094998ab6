import { calcPrice, waitForUpdate } from '@pydantic/genai-prices';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelMatcher, withDashedDates } from '../../src/pricing/modelMatcher.ts';
import { createPricing } from '../../src/pricing/pricing.ts';

const providers = (await waitForUpdate()) ?? [];
const models = providers.flatMap((provider) => provider.models.map(({ id }) => ({ provider: provider.id, model: id })));
const pricing = createPricing({ corrections: [], adjustments: [] });
const matchers = new Map(providers.map(({ id, models: own }) => [id, new ModelMatcher(own)]));

/** What the library's own calculator answers, as a card's id. */
function theirs(provider: string, model: string): string | null {
  const found = calcPrice({}, model, { providerId: provider });
  return found === null ? null : `${found.provider.id}/${found.model.id}`;
}

function ours(provider: string | null, model: string): string {
  const card = pricing.cardOf({ provider, model, serviceTier: null, priceFacts: null });
  return typeof card === 'string' ? card : card.id;
}

const affix = fc.constantFrom(
  '',
  ' ',
  '-',
  '-20250929',
  '-2025-09-29',
  '-20251399',
  '-20250230',
  ':free',
  '-v1:0',
  'us.',
  'X',
  '@x',
);
const spelt = fc
  .record({
    of: fc.constantFrom(...models),
    by: fc.constantFrom(...providers),
    before: affix,
    after: affix,
    isOwn: fc.boolean(),
    isUpper: fc.boolean(),
  })
  .chain((parts) => fc.tuple(fc.constant(parts), fc.nat(parts.of.model.length)))
  .map(([{ of, by, before, after, isOwn, isUpper }, length]) => {
    const cut = `${before}${of.model.slice(0, length === 0 ? undefined : length)}${after}`;
    return { provider: isOwn ? of.provider : by.id, model: isUpper ? cut.toUpperCase() : cut };
  })
  .filter(({ model }) => model.trim() !== '');

describe('the matcher', () => {
  it('finds every model of the library by its id as the library does', () => {
    expect(models.length).toBeGreaterThan(500);
    const differing = models.filter(({ provider, model }) => {
      const card = theirs(provider, model);
      return card !== null && ours(provider, model) !== card;
    });
    expect(differing).toEqual([]);
  });

  it('finds the model that the library finds, however its name is spelt, dated and cut', () => {
    fc.assert(
      fc.property(spelt, ({ provider, model }) => {
        const card = theirs(provider, model);
        if (card !== null) expect(ours(provider, model)).toBe(card);
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds nothing where the library finds nothing', () => {
    const alone = new Set(providers.filter((each) => each.fallback_model_providers === undefined).map(({ id }) => id));
    fc.assert(
      fc.property(spelt, ({ provider, model }) => {
        fc.pre(alone.has(provider));
        const lowered = model.toLowerCase().trim();
        const matcher = matchers.get(provider);
        const found = matcher?.find(lowered) ?? matcher?.find(withDashedDates(lowered)) ?? null;
        expect(found === null ? null : `${provider}/${found.id}`).toBe(theirs(provider, model));
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds the provider that nobody names as the library does', () => {
    const found = models.filter(({ model }) => {
      const card = calcPrice({}, model);
      // A name with a provider before it, or of Bedrock's form, says whose it is: there we go by that.
      return card !== null && !/[/.:]/.test(model) && ours(null, model) !== `${card.provider.id}/${card.model.id}`;
    });
    expect(found).toEqual([]);
  });
});
