import { describe, expect, it } from 'vitest';
import { call, charges } from './examples.ts';

const id = { responseId: 'resp-0001' };

describe('rule 2, same provider id', () => {
  const app = call('a', { ...id, scope: 'app', trace: '1' });
  const copies = { '1/a': 'charged', '2/b': 'duplicate same_provider_id 1/a' };
  const apart = { '1/a': 'charged', '2/b': 'charged' };

  it('joins calls of different scopes or services, in one trace or in several', () => {
    expect(charges([app, call('b', { ...id, scope: 'gateway', trace: '2' })])).toEqual(copies);
    expect(charges([app, call('b', { ...id, scope: 'app', service: 'gateway', trace: '2' })])).toEqual(copies);
    expect(charges([app, call('b', { ...id, scope: 'app', trace: '2' })])).toEqual(apart);
    const sameTrace = call('b', { ...id, scope: 'gateway' });
    expect(charges([app, sameTrace])).toEqual({ '1/a': 'charged', '1/b': 'duplicate same_provider_id 1/a' });
  });

  it('joins by a request id, and by what one names its response and the other its request', () => {
    const request = { requestId: 'resp-0001', scope: 'gateway', trace: '2' };
    expect(charges([app, call('b', request)])).toEqual(copies);
    expect(charges([call('a', { ...request, trace: '1', scope: 'app' }), call('b', request)])).toEqual(copies);
  });

  it('takes no id under 8 characters and none that is the trace id', () => {
    const pair = (one: string, other = one) => [
      call('a', { responseId: one, scope: 'app' }),
      call('b', { responseId: other, scope: 'gateway', trace: '2' }),
    ];
    expect(charges(pair('1234567'))).toEqual(apart);
    expect(charges(pair('12345678'))).toEqual(copies);
    expect(charges(pair('1'.padStart(32, '0')))).toEqual(apart);
  });

  it('joins only calls that are alike: of one class, and of one family or equal totals', () => {
    const other = (words: object) => call('b', { ...id, scope: 'gateway', trace: '2', ...words });
    expect(charges([app, other({ operation: 'embeddings' })])).toEqual(apart);
    expect(charges([app, other({ model: 'claude-3' })])).toEqual(copies);
    expect(charges([app, other({ model: 'claude-3', tokens: [10, 6] })])).toEqual(apart);
    expect(charges([app, other({ tokens: [10, 6] })])).toEqual(copies);
  });

  it('counts cache in input and reasoning in output', () => {
    const usage = { input_uncached: 6, cache_read: 4, output: 5, reasoning: 3 };
    const gateway = call('b', { ...id, scope: 'gateway', trace: '2', model: 'claude-3', usage });
    // 6 + 4 = 10 input tokens and 5 output tokens, as the app has; four buckets are more than two.
    expect(charges([app, gateway])).toEqual({ '1/a': 'duplicate same_provider_id 2/b', '2/b': 'charged' });
  });

  it('joins only calls whose times overlap, widened by 2 s', () => {
    const later = (at: number) => call('b', { ...id, scope: 'gateway', trace: '2', at });
    // The first ends after 1 s; 1 s + 2 s = 3 s.
    expect(charges([app, later(3)])).toEqual(copies);
    expect(charges([app, later(3.000_001)])).toEqual(apart);
  });

  it('joins each to the first set all of whose members it is plausible with', () => {
    // a and b of two scopes are one call; c of a's scope is not plausible with a, d of b's scope joins c.
    const spans = ['a', 'b', 'c', 'd'].map((span, number) =>
      call(span, { ...id, scope: number % 2 === 0 ? 'app' : 'gateway', at: number / 10 }),
    );
    expect(charges(spans)).toEqual({
      '1/a': 'charged',
      '1/b': 'duplicate same_provider_id 1/a',
      '1/c': 'charged',
      '1/d': 'duplicate same_provider_id 1/c',
    });
  });

  it('joins copies by rule 1 whatever their scope', () => {
    const spans = [call('a', { ...id, scope: 'app' }), call('b', { ...id, scope: 'app', parent: 'a' })];
    expect(charges(spans)['1/a']).toBe('duplicate same_provider_id 1/b');
  });

  it('merges nothing by an id of more than 64 calls of a trace, or of calls in more than 64 traces', () => {
    const crowd = (count: number, isApart: boolean) =>
      Array.from({ length: count }, (_, number) =>
        call((number + 1).toString(16), {
          ...id,
          scope: number % 2 === 0 ? 'app' : 'gateway',
          trace: isApart ? (number + 1).toString(16) : '1',
        }),
      );
    const charged = (spans: ReturnType<typeof crowd>): number =>
      Object.values(charges(spans)).filter((charge) => charge === 'charged').length;
    expect([charged(crowd(64, false)), charged(crowd(65, false))]).toEqual([32, 65]);
    expect([charged(crowd(64, true)), charged(crowd(65, true))]).toEqual([32, 65]);
  });

  it('joins nothing across tenants', () => {
    const other = call('b', { ...id, scope: 'gateway', trace: '2', tenant: 'u' });
    expect(charges([app, other])).toEqual(apart);
  });
});

describe('rule 3, siblings', () => {
  const first = call('a', { scope: 'one', lasts: 5 });
  const second = (words: object = {}) => call('b', { scope: 'two', ...words });
  const copies = { '1/a': 'charged', '1/b': 'duplicate sibling 1/a' };
  const apart = { '1/a': 'charged', '1/b': 'charged' };

  it('joins calls of two scopes with equal totals, one within the time of the other', () => {
    expect(charges([first, second()])).toEqual(copies);
    expect(charges([first, second({ scope: 'one' })])).toEqual(apart);
    expect(charges([first, second({ tokens: [10, 6] })])).toEqual(apart);
    expect(charges([first, second({ service: 'other' })])).toEqual(apart);
  });

  it('takes a missing model and a missing operation for none but their like', () => {
    expect(charges([first, second({ model: 'claude-3' })])).toEqual(apart);
    expect(charges([first, second({ model: null })])).toEqual(apart);
    const silent = { model: null, operation: null };
    expect(charges([call('a', { scope: 'one', ...silent }), second(silent)])).toEqual(copies);
    expect(charges([first, second({ operation: 'embeddings' })])).toEqual(apart);
    expect(charges([first, second({ operation: null })])).toEqual(apart);
  });

  it('joins no calls without usage', () => {
    expect(charges([call('a', { scope: 'one', tokens: null }), second({ tokens: null })])).toEqual(apart);
  });

  it('joins none that are above one another', () => {
    const upper = call('a', { scope: 'one', lasts: 5, tokens: [10, 5] });
    const between = call('c', { scope: 'three', parent: 'a', tokens: [1, 1] });
    // c of 2 tokens is a copy of a; b below c is another call of 15 tokens, which c of another family does not cover.
    const below = call('b', { scope: 'two', parent: 'c' });
    const spans = [upper, { ...between, call: between.call && { ...between.call, model: 'claude-3' } }, below];
    expect(charges(spans)['1/b']).toBe('charged');
  });

  it('widens the outer time by 2 s at each end', () => {
    // Of 5 s from noon on, widened: from -2 s to 7 s. The inner one lasts 3 s.
    expect(charges([first, second({ at: 4, lasts: 3 })])).toEqual(copies);
    expect(charges([first, second({ at: 4.000_001, lasts: 3 })])).toEqual(apart);
    expect(charges([first, second({ at: -2, lasts: 3 })])).toEqual({
      '1/a': 'duplicate sibling 1/b',
      '1/b': 'charged',
    });
    expect(charges([first, second({ at: -2.000_001, lasts: 3 })])).toEqual(apart);
  });

  it('joins only calls that intersect', () => {
    expect(charges([first, second({ at: 5 })])).toEqual(copies);
    expect(charges([first, second({ at: 5.000_001 })])).toEqual(apart);
  });

  it('joins none of which two name a response', () => {
    const named = call('a', { scope: 'one', lasts: 5, responseId: 'one' });
    expect(charges([named, second()])).toEqual(copies);
    expect(charges([named, second({ responseId: 'two' })])).toEqual(apart);
  });

  it('takes them by start, end and span id, one of each scope to a set', () => {
    const spans = [
      call('a', { scope: 'one' }),
      call('b', { scope: 'one' }),
      call('c', { scope: 'two' }),
      call('d', { scope: 'two' }),
    ];
    expect(charges(spans)).toEqual({
      '1/a': 'charged',
      '1/b': 'charged',
      '1/c': 'duplicate sibling 1/a',
      '1/d': 'duplicate sibling 1/b',
    });
  });
});

describe('the charged copy', () => {
  /** Siblings: a would win by its start and id, unless the figures of b are better. */
  const best = (a: Parameters<typeof call>[1], b: Parameters<typeof call>[1]): string | undefined =>
    Object.entries(charges([call('a', { scope: 'one', ...a }), call('b', { scope: 'two', at: 0.1, ...b })])).find(
      ([, charge]) => charge === 'charged',
    )?.[0];
  const reported = { ...call('a').call?.price, status: 'reported' } as NonNullable<Parameters<typeof call>[1]>['price'];

  it('has the best figures, in the order of the rule', () => {
    expect(best({}, {})).toBe('1/a');
    expect(best({}, { ...(reported === undefined ? {} : { price: reported }), lossy: true })).toBe('1/b');
    expect(best({ cost: null }, { usageSource: 'estimate' })).toBe('1/b');
    expect(best({ usageSource: 'estimate' }, { lossy: true })).toBe('1/b');
    expect(best({ lossy: true, usage: { reasoning: 1, cache_read: 0 } }, {})).toBe('1/b');
    expect(best({ isEmitterKnown: true }, { usage: { cache_read: 0 } })).toBe('1/b');
    expect(best({}, { isEmitterKnown: true })).toBe('1/b');
    expect(best({ isEmitterKnown: true }, { isEmitterKnown: true })).toBe('1/a');
  });

  it('is the deeper, then the earlier, then that of the smaller ids', () => {
    expect(charges([call('a', id), call('b', { ...id, parent: 'a', at: 0.1 })])['1/b']).toBe('charged');
    const gateway = (words: object) => call('a', { ...id, service: 'gateway', ...words });
    expect(charges([call('b', { ...id, trace: '1', at: 0.1 }), gateway({ trace: '2' })])['2/a']).toBe('charged');
    expect(charges([call('b', { ...id, trace: '1' }), gateway({ trace: '2' })])['1/b']).toBe('charged');
    expect(charges([call('b', id), gateway({})])['1/a']).toBe('charged');
  });

  it('is one of all that any rule joins', () => {
    // a and b by id, b and c as siblings: one call.
    const spans = [
      call('a', { ...id, service: 'gateway', scope: 'one' }),
      call('b', { ...id, scope: 'one' }),
      call('c', { scope: 'two' }),
    ];
    expect(charges(spans)).toEqual({
      '1/a': 'charged',
      '1/b': 'duplicate same_provider_id 1/a',
      '1/c': 'duplicate sibling 1/a',
    });
  });
});
