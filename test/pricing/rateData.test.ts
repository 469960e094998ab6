import { readFileSync } from 'node:fs';
import { waitForUpdate } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { createPricing } from '../../src/pricing/pricing.ts';
import { libraryData, readRateData } from '../../src/pricing/rateData.ts';
import { llmCall, unixNano } from './llmCall.ts';

const library = libraryData();
const packaged = (await waitForUpdate()) ?? [];

describe('the library’s rate data', () => {
  it('are all providers of the installed package, in its order, under its version', () => {
    expect(library.providers.map(({ id }) => id)).toEqual(packaged.map(({ id }) => id));
    const installed = new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url);
    const { version } = JSON.parse(readFileSync(installed, 'utf8')) as { version: string };
    expect(library.version).toBe(`genai-prices ${version}`);
  });

  it('read as an import are what they were: every model has the same card', () => {
    const json: unknown = JSON.parse(JSON.stringify(library.providers));
    const imported = createPricing({ data: readRateData(json, 'imported'), adjustments: [] });
    const shown = (pricing: ReturnType<typeof createPricing>): unknown[] => [...pricing.cards()];
    expect(shown(imported)).toEqual(shown(createPricing({ adjustments: [] })));
  });
});

const openai = {
  id: 'openai',
  models: [{ id: 'gpt-9', match: { equals: 'gpt-9' }, prices: { input_mtok: 1.5, output_mtok: 6 } }],
};
const model = (changes: object): unknown => [{ ...openai, models: [{ ...openai.models[0], ...changes }] }];

describe('an imported rate card', () => {
  it('prices what the library does not know, and not what it knows alone', () => {
    const pricing = createPricing({ data: readRateData([openai], 'of a test') });
    // 1000 × 1.50e-6 + 500 × 6e-6
    expect(pricing.price(llmCall({ model: 'gpt-9' })).price).toMatchObject({
      status: 'priced',
      source: 'default',
      card: 'openai/gpt-9',
      costFemtoUsd: 4_500_000_000_000n,
    });
    expect(pricing.price(llmCall({ model: 'o3-pro' })).price).toEqual({ status: 'unpriced', reason: 'unknown_model' });
    expect(pricing.price(llmCall({ provider: 'groq', model: 'gpt-9' })).price).toEqual({
      status: 'unpriced',
      reason: 'unknown_provider',
    });
  });

  it('takes prices by date and by the time of day, with long context', () => {
    const prices = [
      { prices: { input_mtok: 4, output_mtok: 4 } },
      {
        constraint: { start_date: '2026-06-01' },
        prices: { input_mtok: { base: 2, tiers: [{ start: 500, price: 3 }] }, output_mtok: 0 },
      },
      { constraint: { start_time: '22:00:00Z', end_time: '02:00:00Z' }, prices: { input_mtok: 1, output_mtok: 0 } },
    ];
    const pricing = createPricing({ data: readRateData(model({ prices }), 'of a test') });
    const cost = (at: string): unknown => pricing.price(llmCall({ model: 'gpt-9', startUnixNano: unixNano(at) })).price;
    // 1000 and 500 tokens at 4; 1000 at 3, above 500; 1000 at 1.
    expect(cost('2026-05-31T12:00:00Z')).toMatchObject({ costFemtoUsd: 6_000_000_000_000n });
    expect(cost('2026-06-01T12:00:00Z')).toMatchObject({ costFemtoUsd: 3_000_000_000_000n });
    expect(cost('2026-06-01T23:00:00Z')).toMatchObject({ costFemtoUsd: 1_000_000_000_000n });
  });

  it('may be wrapped, as its third version is', () => {
    expect(readRateData({ units: {}, providers: [openai] }, 'of a test')).toEqual(readRateData([openai], 'of a test'));
  });

  it.each([
    [{ providers: 5 }, 'data.providers: expected an array of at most 500, found 5'],
    [{}, 'data: expected an array of at most 500, found an object'],
    ['x', 'data: expected an array of at most 500, found "x"'],
    [[], 'data: expected at least one provider, found an array of 0'],
    [[null], 'data[0]: expected an object, found null'],
    [[{ ...openai, id: '../x' }], 'data[0].id: expected a provider id such as openai, found "../x"'],
    [[{ ...openai, id: 7 }], 'data[0].id: expected 1 to 256 characters, found 7'],
    [[openai, openai], 'data: expected each provider once, found "openai"'],
    [[{ id: 'openai' }], 'openai.models: expected an array of at most 10000, found nothing'],
    [
      [{ ...openai, models: [openai.models[0], openai.models[0]] }],
      'openai.models: expected each model once, found "gpt-9"',
    ],
    [model({ id: 'x'.repeat(257) }), `openai.models[0].id: expected 1 to 256 characters, found "${'x'.repeat(60)}…"`],
    [
      model({ match: { like: 'x' } }),
      'openai.models[0].match: expected equals, starts_with, ends_with, contains, regex, or, and, found "like"',
    ],
    [
      model({ match: { equals: 'a', contains: 'b' } }),
      'openai.models[0].match: expected one kind of match, found an object',
    ],
    [
      model({ match: { or: [{ equals: 5 }] } }),
      'openai.models[0].match.or[0].equals: expected 1 to 256 characters, found 5',
    ],
    [model({ match: { regex: '(' } }), 'openai.models[0].match.regex: expected a regular expression, found "("'],
    [
      model({ prices: { input_mtok: -1 } }),
      'openai.models[0].prices.input_mtok: expected a number from 0 to 600000, found -1',
    ],
    [
      model({ prices: { input_mtok: '1' } }),
      'openai.models[0].prices.input_mtok: expected a number, or an object with base and tiers, found "1"',
    ],
    [
      model({ prices: { input_mtok: { base: 1 } } }),
      'openai.models[0].prices.input_mtok.tiers: expected an array of at most 16, found nothing',
    ],
    [
      model({ prices: { input_mtok: { base: 1, tiers: [{ start: 0.5, price: 1 }] } } }),
      'openai.models[0].prices.input_mtok.tiers[0].start: expected a whole number of tokens, found 0.5',
    ],
    [model({ prices: [] }), 'openai.models[0].prices: expected at least one price, found an array of 0'],
    [
      model({ prices: [{ prices: {}, constraint: { start_date: 'soon' } }] }),
      'openai.models[0].prices[0].constraint.start_date: expected a date such as 2026-03-13, or an instant in UTC, found "soon"',
    ],
    [
      model({ prices: [{ prices: {}, constraint: { start_date: '2026-02-30' } }] }),
      'openai.models[0].prices[0].constraint.start_date: expected a date such as 2026-03-13, or an instant in UTC, found "2026-02-30"',
    ],
    [
      model({ match: { or: Array.from({ length: 5 }, (_, i) => ({ regex: `a*b*${i}` })) } }),
      'openai.models[0].match.or[4].regex: expected patterns with fewer repetitions and choices in all, found "a*b*4"',
    ],
    [
      model({ prices: [{ prices: {}, constraint: { start_time: '9', end_time: '10:00:00Z' } }] }),
      'openai.models[0].prices[0].constraint.start_time: expected a time such as 16:30:00Z, found "9"',
    ],
  ])('refuses %j: %s', (json, message) => {
    expect(() => readRateData(json, 'of a test')).toThrow(message);
  });

  it.each([
    String.raw`(a+)+b`,
    '(a|aa)+b',
    '(?:a*b)*',
    '((a+)b)*',
    '(a+){2,}',
    'a*b*c*',
    String.raw`(a)\1`,
    'a{20}b{20}c{20}',
    '^(a?){16}b',
    `${'a?'.repeat(17)}b`,
    `${'}?'.repeat(17)}b`,
    `${'a??'.repeat(17)}b`,
    `${'(?:a|a)'.repeat(17)}b`,
    'a{0,16}a{0,16}a{0,16}a{0,16}b',
  ])('refuses the pattern %s, which a name of 256 characters could keep busy', (regex) => {
    expect(() => readRateData(model({ match: { regex } }), 'of a test')).toThrow('models[0].match.regex: expected ');
  });

  it.each([
    String.raw`^gpt-9-\d{4}-\d{2}-\d{2}$`,
    '^(?![^/]+/)(?:labs-)?(?:mi|code)stral',
    'a*b*',
    '(ab){2}',
    '[(+*]+x',
    'a*?b*?',
    `${'a?'.repeat(16)}b`,
    'a{0,16}a{0,16}a{0,16}b',
  ])('takes the pattern %s', (regex) => {
    expect(readRateData(model({ match: { regex } }), 'of a test').providers[0]?.models[0]?.match).toEqual({ regex });
  });

  it('refuses a match in a match in a match without end', () => {
    let match: object = { equals: 'x' };
    for (let depth = 0; depth < 10_000; depth += 1) match = { or: [match] };
    expect(() => readRateData(model({ match }), 'of a test')).toThrow('expected at most 6 levels');
  });
});
