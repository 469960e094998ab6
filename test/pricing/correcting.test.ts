import { describe, expect, it } from 'vitest';
import type { LlmCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import type { Correction } from '../../src/pricing/correction.ts';
import { createPricing } from '../../src/pricing/pricing.ts';
import { libraryData, type RateData } from '../../src/pricing/rateData.ts';
import { correction, rateData } from './corrected.ts';
import { llmCall, tokens, unixNano } from './llmCall.ts';

const usage = tokens({ input_uncached: 1_000, cache_read: 1_000, output: 1_000 });

/** USD for a million tokens in, cached and out, as the price of a thousand of each says; else the reason. */
function ratesOf(
  corrections: readonly Correction[],
  changes: Partial<LlmCall> & { readonly at?: string } = {},
  data: RateData = rateData(),
): string {
  const { at = '2026-10-01T12:00:00Z', ...others } = changes;
  const call = llmCall({ provider: 'acme', model: 'one', usage, startUnixNano: unixNano(at), ...others });
  const { price } = createPricing({ data, corrections, adjustments: [] }).price(call);
  if (price.status === 'unpriced') return price.reason;
  const { input_uncached: input = 0n, cache_read: read = 0n, output = 0n } = price.partsFemtoUsd;
  return `${price.source} ${[input, read, output].map((part) => formatUsd(part * 1_000n)).join(' ')}`;
}

describe('a correction', () => {
  it('goes over the rates in force key by key, and the rest stays', () => {
    expect(ratesOf([])).toBe('default 10 1 40');
    expect(ratesOf([correction({ rates: { cache_read_usd_per_mtok: '2.5' } })])).toBe('correction 10 2.5 40');
  });

  it('goes over those of every condition that the card has', () => {
    const data = rateData([
      { prices: { input_mtok: 10, cache_read_mtok: 1, output_mtok: 40 } },
      { constraint: { start_date: '2026-06-01' }, prices: { input_mtok: 2, cache_read_mtok: 1, output_mtok: 8 } },
      { constraint: { start_time: '16:00:00Z', end_time: '18:00:00Z' }, prices: { input_mtok: 1, output_mtok: 4 } },
    ]);
    const corrections = [correction({ to: '2026-09-01T00:00:00Z', rates: { cache_read_usd_per_mtok: '5' } })];
    const at = (iso: string): string => ratesOf(corrections, { at: iso }, data);
    expect(at('2026-05-31T12:00:00Z')).toBe('correction 10 5 40');
    expect(at('2026-06-01T12:00:00Z')).toBe('correction 2 5 8');
    expect(at('2026-06-01T17:00:00Z')).toBe('correction 1 5 4');
    expect(at('2026-08-31T23:59:59.999Z')).toBe('correction 2 5 8');
    expect(at('2026-09-01T00:00:00Z')).toBe('default 2 1 8');
  });

  it('may be instead of all rates: what it does not write falls to input', () => {
    const rates = { input_usd_per_mtok: '3', output_usd_per_mtok: '4' };
    expect(ratesOf([correction({ rates })])).toBe('correction 3 1 4');
    expect(ratesOf([correction({ rates, isWhole: true })])).toBe('correction 3 3 4');
  });

  it('takes away the long-context rates of a key that it writes, or brings them', () => {
    const long = { base: 10, tiers: [{ start: 1_999, price: 20 }] };
    const data = rateData({ input_mtok: long, cache_read_mtok: 1, output_mtok: 40 });
    expect(ratesOf([], {}, data)).toBe('default 20 1 40');
    expect(ratesOf([correction({ rates: { input_usd_per_mtok: '9' } })], {}, data)).toBe('correction 9 1 40');
    const above = (aboveInputTokens: number): Correction =>
      correction({ longContext: [{ aboveInputTokens, rates: { output_usd_per_mtok: '60' } }] });
    expect(ratesOf([above(1_999)])).toBe('correction 10 1 60');
    expect(ratesOf([above(2_000)])).toBe('correction 10 1 40');
  });

  it('holds at hours of the UTC day, start inclusive, end exclusive, past midnight too', () => {
    const of = (start: string, end: string) => (time: string) =>
      ratesOf([correction({ hours: { start, end }, rates: { input_usd_per_mtok: '7' } })], {
        at: `2026-10-01T${time}Z`,
      });
    const [outside, inside] = ['default 10 1 40', 'correction 7 1 40'];
    const day = ['00:29:59.999', '00:30:00', '16:29:59.999', '16:30:00'].map(of('00:30', '16:30'));
    expect(day).toEqual([outside, inside, inside, outside]);
    const night = ['16:29:59.999', '16:30:00', '00:29:59.999', '00:30:00'].map(of('16:30', '00:30'));
    expect(night).toEqual([outside, inside, inside, outside]);
  });

  it('holds on weekdays, by the UTC day of the call', () => {
    const hours = { start: '01:00', end: '04:00', weekdays: [1, 2, 3, 4, 5] };
    const corrections = [correction({ hours, rates: { input_usd_per_mtok: '7' } })];
    // 2026-10-02 is a Friday; 1969-12-29 was a Monday.
    const at = (day: string): string => ratesOf(corrections, { at: `${day}T02:00:00Z` });
    expect(at('2026-10-02')).toBe('correction 7 1 40');
    expect(at('2026-10-03')).toBe('default 10 1 40');
    expect(at('2026-10-04')).toBe('default 10 1 40');
    expect(at('2026-10-05')).toBe('correction 7 1 40');
    expect(at('1969-12-28')).toBe('default 10 1 40');
    expect(at('1969-12-29')).toBe('correction 7 1 40');
  });

  it('goes over the ones before it', () => {
    const corrections = [
      correction({ rates: { input_usd_per_mtok: '7' } }),
      correction({ from: '2026-10-01T00:00:00Z', rates: { output_usd_per_mtok: '8' } }),
    ];
    expect(ratesOf(corrections, { at: '2026-09-30T00:00:00Z' })).toBe('correction 7 1 40');
    expect(ratesOf(corrections)).toBe('correction 7 1 8');
  });

  it('is dated by the later of its start and that of the rates it goes over', () => {
    const data = rateData([
      { prices: { input_mtok: 10, output_mtok: 40 } },
      { constraint: { start_date: '2026-06-01' }, prices: { input_mtok: 2, output_mtok: 8 } },
    ]);
    const since = (from: string | null): string | null => {
      const corrections = [correction({ from, rates: { input_usd_per_mtok: '7' } })];
      const { price } = createPricing({ data, corrections }).price(llmCall({ provider: 'acme', model: 'one' }));
      return price.status === 'unpriced' ? price.reason : price.effectiveFrom;
    };
    expect(since(null)).toBe('2026-06-01T00:00:00.000Z');
    expect(since('2026-05-01T00:00:00Z')).toBe('2026-06-01T00:00:00.000Z');
    expect(since('2026-07-01T00:00:00Z')).toBe('2026-07-01T00:00:00.000Z');
  });
});

describe('the names of a correction', () => {
  const rates = { input_usd_per_mtok: '3', cache_read_usd_per_mtok: '3', output_usd_per_mtok: '4' };
  const two = correction({ card: 'acme/two', names: ['two', 'one-*'], rates });

  it('lead to a card that the rate card does not have, whatever it matches', () => {
    expect(ratesOf([two], { model: 'two' })).toBe('correction 3 3 4');
    expect(ratesOf([two], { model: 'Acme/TWO' })).toBe('correction 3 3 4');
    expect(ratesOf([two], { model: 'one-b' })).toBe('correction 3 3 4');
    expect(ratesOf([two], { model: 'one' })).toBe('default 10 1 40');
    expect(ratesOf([two], { model: 'twofold' })).toBe('unknown_model');
    expect(ratesOf([two], { model: 'two', provider: 'openai' })).toBe('unknown_provider');
  });

  it('lead to a card that it does have, whose rates stay its own', () => {
    expect(ratesOf([correction({ names: ['uno'] })], { model: 'uno' })).toBe('default 10 1 40');
  });

  it('go exact ones before globs, earlier ones before later', () => {
    const of = (card: string, names: string[], usd: string): Correction =>
      correction({ card, names, rates: { ...rates, input_usd_per_mtok: usd } });
    const corrections = [of('acme/a', ['x*'], '1'), of('acme/b', ['xy'], '2'), of('acme/c', ['xy', 'xz'], '3')];
    expect(ratesOf(corrections, { model: 'xy' })).toBe('correction 2 3 4');
    expect(ratesOf(corrections, { model: 'xz' })).toBe('correction 3 3 4');
    expect(ratesOf(corrections, { model: 'xx' })).toBe('correction 1 3 4');
  });

  it('have several dated prices: before the first begins, the first', () => {
    const corrections = [
      correction({ card: 'acme/two', names: ['two'], from: '2026-01-01T00:00:00Z', to: '2026-06-01T00:00:00Z', rates }),
      correction({ card: 'acme/two', from: '2026-06-01T00:00:00Z', rates: { ...rates, output_usd_per_mtok: '5' } }),
    ];
    const at = (day: string): string => ratesOf(corrections, { model: 'two', at: `${day}T00:00:00Z` });
    expect(at('2025-12-31')).toBe('correction 3 3 4');
    expect(at('2026-05-31')).toBe('correction 3 3 4');
    expect(at('2026-06-01')).toBe('correction 3 3 5');
  });
});

describe('a correction of one of Google’s platforms', () => {
  const corrections = [
    correction({ card: 'google/gemini-2.0-flash', platform: 'gcp.vertex_ai', rates: { input_usd_per_mtok: '77' } }),
  ];
  const model = 'gemini-2.0-flash';
  const sourceOf = (provider: string | null, name: string): string =>
    ratesOf(corrections, { provider, model: name }, libraryData()).split(' ')[0] ?? '';

  it('holds for spans that name it, and for no other', () => {
    const naming = ['gcp.vertex_ai', 'vertex_ai'].map((provider) => sourceOf(provider, model));
    expect(naming).toEqual(['correction', 'correction']);
    const others = ['gcp.gemini', 'gcp.gen_ai', 'google', null].map((provider) => sourceOf(provider, model));
    expect(others).toEqual(['default', 'default', 'default', 'default']);
  });

  it('holds where only the model’s name says it', () => {
    expect(sourceOf('gcp.gen_ai', `publishers/google/models/${model}`)).toBe('correction');
    expect(sourceOf(null, `vertex_ai/${model}`)).toBe('correction');
    expect(sourceOf('gcp.gen_ai', `models/${model}`)).toBe('default');
  });
});

describe('corrections and an imported rate card', () => {
  const library = libraryData().providers.find(({ id }) => id === 'openai');
  const known = library?.models.find(({ id }) => id === 'gpt-4o');
  if (library === undefined || known === undefined) throw new Error('The library has no gpt-4o');
  /** The library's figures in another order, and `changes`. */
  const imported = (changes: object): RateData => {
    const prices = new Map([...Object.entries(known.prices), ...Object.entries(changes)]);
    return {
      version: 'of a test',
      providers: [{ ...library, models: [{ ...known, prices: Object.fromEntries([...prices].toReversed()) }] }],
    };
  };
  const open = correction({ card: 'openai/gpt-4o', to: null, rates: { input_usd_per_mtok: '7' } });
  const ended = { ...open, to: '2026-11-01T00:00:00Z' };
  const gpt4o = { provider: 'openai', model: 'gpt-4o' };

  it('go together while the card says what was corrected, or the correction is history', () => {
    expect(ratesOf([open], gpt4o, imported({}))).toBe('correction 7 1.25 10');
    expect(ratesOf([ended], gpt4o, imported({ output_mtok: 9 }))).toBe('correction 7 1.25 9');
  });

  it('do not where the newer card says otherwise', () => {
    expect(ratesOf([open], gpt4o, imported({ output_mtok: 9 }))).toBe('default 2.5 1.25 9');
  });

  it('do not over a card that was only ours and that the newer rate card has', () => {
    const rates = { input_usd_per_mtok: '3', output_usd_per_mtok: '4' };
    expect(ratesOf([correction({ names: ['one'], to: null, rates })])).toBe('default 10 1 40');
  });
});
