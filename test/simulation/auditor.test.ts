import { describe, expect, it } from 'vitest';
import { classOf, familyOf } from './auditor/likeness.ts';
import { isBetterCopy } from './round.ts';
import { audit } from './auditor.ts';
import { agent, attributionOf, call, charges, plain } from './examples.ts';

describe('a row', () => {
  it('is one span of a tenant, by trace id, span id and start to the microsecond', () => {
    const same = { at: 0.000_000_4 };
    expect(Object.keys(charges([call('a'), call('a', same)]))).toEqual(['1/a']);
    const count = (spans: Parameters<typeof charges>[0]): number =>
      audit(spans, { isBetter: isBetterCopy, nowMs: 0, settleDelayMs: 0 }).calls.length;
    expect(count([call('a'), call('a', { at: 0.000_001 })])).toBe(2);
    expect(count([call('a'), call('a', { tenant: 'u' })])).toBe(2);
    expect(count([call('a'), call('a', { trace: '2' })])).toBe(2);
  });

  it('keeps the more complete of two copies, in either order', () => {
    const [lesser, fuller] = [call('a'), call('a', { own: { user: 'ann' } })];
    for (const spans of [
      [lesser, fuller],
      [fuller, lesser],
    ]) {
      const { calls } = audit(spans, { isBetter: isBetterCopy, nowMs: 0, settleDelayMs: 0 });
      expect(calls.map(({ attribution }) => attribution.user)).toEqual(['ann']);
    }
  });

  it('is a call where one of its copies is, however much the other says', () => {
    const said = { user: 'ann', session: 's', run: 'r', agent: 'a', endpoint: '/', tags: { one: '1', two: '2' } };
    const { calls } = audit([plain('a', { own: said }), call('a')], {
      isBetter: isBetterCopy,
      nowMs: 0,
      settleDelayMs: 0,
    });
    expect(calls.map(({ charge, attribution }) => [charge, attribution.user])).toEqual([['charged', null]]);
  });
});

describe('the words', () => {
  it('family is the first word of the name, after its publisher', () => {
    expect(['gpt-4o', 'openai/gpt-4o-mini', 'GPT-5', 'ft:gpt-4'].map(familyOf)).toEqual(['gpt', 'gpt', 'gpt', 'gpt']);
    expect(['us.anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3'].map(familyOf)).toEqual(['claude', 'claude']);
    expect(['models/gemini-2.5-flash', 'text-embedding-3-small'].map(familyOf)).toEqual(['gemini', 'text']);
    expect(['o3-mini', 'claude-sonnet-4-5', '405'].map(familyOf)).toEqual(['o', 'claude', '405']);
    expect(familyOf(null)).toBeNull();
  });

  it('class is embeddings, rerank or generation, and none without an operation', () => {
    expect(['embeddings', 'aembedding', 'rerank', 'chat', 'x'].map(classOf)).toEqual([
      'embeddings',
      'embeddings',
      'rerank',
      'generation',
      'generation',
    ]);
    expect(classOf(null)).toBeNull();
  });

  it('a cost above 0 bears usage where no token does', () => {
    // Upper of 0 tokens and 1 femto-USD, lower of none: the upper bears usage, so it is a copy of each lower one.
    const lower = { parent: 'a', tokens: null };
    expect(charges([call('a', { tokens: [0, 0] }), call('b', lower), call('c', lower)])).toEqual({
      '1/a': 'charged',
      '1/b': 'duplicate nested 1/a',
      '1/c': 'duplicate nested 1/a',
    });
    expect(charges([call('a', { tokens: [0, 0], cost: 0n }), call('b', lower), call('c', lower)])['1/a']).toBe(
      'container total_over_calls',
    );
  });

  it('of two rows with one span id the earlier has the children', () => {
    const spans = [
      plain('a', { at: 1, own: { user: 'late' } }),
      plain('a', { at: 0, own: { user: 'early' } }),
      call('b', { parent: 'a' }),
    ];
    expect(attributionOf('b', spans).user).toBe('early');
  });

  it('in a ring the first by start, then by span id, is without parent', () => {
    // c under b under a under c; a starts first, so the way up ends there; it names a parent, so it is no root.
    const ring = [
      plain('a', { parent: 'c', own: { user: 'ann' } }),
      plain('b', { parent: 'a', at: 1 }),
      call('c', { parent: 'b', at: 2 }),
    ];
    expect(attributionOf('c', ring)).toMatchObject({ user: 'ann', rules: { user: 'ancestor' } });
    const together = [plain('a', { parent: 'b', own: { user: 'ann' } }), call('b', { parent: 'a' })];
    expect(attributionOf('b', together).rules.user).toBe('ancestor');
    expect(charges([call('a', { parent: 'a' })])).toEqual({ '1/a': 'charged' });
  });
});

describe('rule 1, nested', () => {
  it('one call below of the same family and class is a copy; the deeper is charged of equal figures', () => {
    const copies = { '1/a': 'duplicate nested 1/b', '1/b': 'charged' };
    expect(charges([call('a'), call('b', { parent: 'a' })])).toEqual(copies);
    expect(charges([call('a', { model: null }), call('b', { parent: 'a' })])).toEqual(copies);
    expect(charges([call('a', { operation: null }), call('b', { parent: 'a' })])).toEqual(copies);
    const apart = { '1/a': 'charged', '1/b': 'charged' };
    expect(charges([call('a'), call('b', { parent: 'a', operation: 'embeddings' })])).toEqual(apart);
  });

  it('one call below of another family is a copy where the upper tokens are at least its own', () => {
    const lower = call('b', { parent: 'a', model: 'claude-3', tokens: [10, 5] });
    // 15 tokens below.
    expect(charges([call('a', { tokens: [10, 5] }), lower])['1/a']).toBe('duplicate nested 1/b');
    expect(charges([call('a', { tokens: [10, 4] }), lower])['1/a']).toBe('charged');
  });

  it('an upper call without usage needs the same family', () => {
    const upper = (model: string) => call('a', { tokens: null, model });
    expect(charges([upper('gpt-4o'), call('b', { parent: 'a' })])['1/a']).toBe('duplicate nested 1/b');
    const free = call('b', { parent: 'a', tokens: [0, 0], cost: 1n });
    expect(charges([upper('claude-3'), free])).toEqual({ '1/a': 'charged', '1/b': 'charged' });
  });

  it('looks through containers, plain spans, calls without usage and totals', () => {
    const spans = [
      call('a'),
      plain('b', { parent: 'a' }),
      agent('c', { parent: 'b', tokens: null }),
      call('d', { parent: 'c', tokens: null, model: 'claude-3' }),
      call('e', { parent: 'd' }),
    ];
    expect(charges(spans)).toMatchObject({ '1/a': 'duplicate nested 1/e', '1/d': 'charged', '1/e': 'charged' });
    // b is a total over c and d; a of 30 tokens covers both again, so it is one too.
    const totals = [
      call('a', { tokens: [20, 10] }),
      call('b', { parent: 'a', tokens: null }),
      call('c', { parent: 'b' }),
      call('d', { parent: 'b' }),
    ];
    expect(charges(totals)).toMatchObject({ '1/a': 'container total_over_calls', '1/b': 'container total_over_calls' });
  });

  it('several of the same class make a total, by family or by tokens', () => {
    const below = (model: string) => [call('b', { parent: 'a', model }), call('c', { parent: 'a' })];
    expect(charges([call('a', { tokens: [1, 1] }), ...below('gpt-5')])['1/a']).toBe('container total_over_calls');
    // 15 + 15 = 30 tokens below.
    expect(charges([call('a', { tokens: [20, 10] }), ...below('claude-3')])['1/a']).toBe('container total_over_calls');
    expect(charges([call('a', { tokens: [20, 9] }), ...below('claude-3')])['1/a']).toBe('charged');
    const mixed = [call('b', { parent: 'a', operation: 'rerank' }), call('c', { parent: 'a' })];
    expect(charges([call('a', { tokens: [20, 10] }), ...mixed])['1/a']).toBe('charged');
    expect(charges([call('a', { tokens: null }), ...mixed])['1/a']).toBe('container total_over_calls');
  });

  it('where none below bears usage, those alike are copies of one that does', () => {
    const silent = { parent: 'a', tokens: null };
    const spans = [call('a'), call('b', silent), call('c', { ...silent, model: 'claude-3' })];
    expect(charges(spans)).toEqual({ '1/a': 'charged', '1/b': 'duplicate nested 1/a', '1/c': 'charged' });
  });

  it('an upper call without usage is a copy of the only one below and a total over several', () => {
    const silent = { parent: 'a', tokens: null };
    expect(charges([call('a', { tokens: null }), call('b', silent)])['1/a']).toBe('duplicate nested 1/b');
    expect(charges([call('a', { tokens: null }), call('b', silent), call('c', silent)])).toEqual({
      '1/a': 'container total_over_calls',
      '1/b': 'charged',
      '1/c': 'charged',
    });
  });

  it('one that names another answer is another call: of one length, with one beginning of letters', () => {
    const pair = (upper: string, lower: string) =>
      charges([call('a', { responseId: upper }), call('b', { parent: 'a', responseId: lower })])['1/a'];
    expect(pair('resp_1', 'resp_2')).toBe('charged');
    expect(pair('resp_1', 'resp_22')).toBe('duplicate nested 1/b');
    expect(pair('resp_1', 'chat_2')).toBe('duplicate nested 1/b');
    expect(pair('12', '34')).toBe('charged');
    const gateway = (words: object) =>
      charges([call('a', { responseId: 'resp_1' }), call('b', { parent: 'a', responseId: 'resp_2', ...words })])['1/a'];
    expect(gateway({ kind: 2 })).toBe('duplicate nested 1/b');
    expect(gateway({ service: 'gateway' })).toBe('duplicate nested 1/b');
    expect(pair('resp_1', 'resp_1')).toBe('duplicate nested 1/b');
  });

  it('one that names another answer than one of several, and the same as none, is a call of its own', () => {
    const named = (...ids: string[]) => [
      call('a', { responseId: 'resp_1', tokens: [20, 10] }),
      ...ids.map((responseId, number) => call(`b${number}`, { parent: 'a', responseId })),
    ];
    expect(charges(named('resp_2', 'x'))['1/a']).toBe('charged');
    expect(charges(named('resp_2', 'resp_1'))['1/a']).toBe('container total_over_calls');
    expect(charges(named('x', 'y'))['1/a']).toBe('container total_over_calls');
  });

  it('a failed attempt beside the answered one stays a call of its own', () => {
    const spans = [call('a'), call('b', { parent: 'a', tokens: null }), call('c', { parent: 'a' })];
    expect(charges(spans)).toEqual({ '1/a': 'duplicate nested 1/c', '1/b': 'charged', '1/c': 'charged' });
  });
});
