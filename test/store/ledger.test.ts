import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/attribution/attribute.ts';
import { charge } from '../../src/charge.ts';
import { entriesOf, reversalOf, rollups } from '../../src/ledger.ts';
import { storableText } from '../../src/storableText.ts';
import { emptyUsage } from '../../src/usage.ts';
import { call } from './samples.ts';

const charged = (changes: Parameters<typeof call>[2] = {}) => charge(attribute(call(1, 1, changes), [], null));

describe('the ledger', () => {
  it('books one entry for a charged call, with (none) for what nobody gave', () => {
    // 1,000 uncached + 200 read + 50 written = 1,250 input tokens.
    const usage = {
      ...emptyUsage,
      input_uncached: 1000,
      cache_read: 200,
      cache_write_5m: 50,
      output: 100,
      reasoning: 30,
    };
    const traceId = '00000000000000000000000000000001';
    expect(entriesOf(charged({ usage, status: 'error' }))).toEqual([
      {
        reason: 'charge',
        dimensions: {
          agent: '(none)',
          user_id: '(none)',
          session_id: '(none)',
          run_id: traceId,
          model: 'gpt-4o',
          provider: 'openai',
          service: 'shop',
          operation: 'chat',
          environment: '(none)',
          endpoint: '(none)',
        },
        measures: {
          calls: 1,
          unpricedCalls: 0,
          errorCalls: 1,
          inputTokens: 1250,
          cacheReadTokens: 200,
          cacheWriteTokens: 50,
          outputTokens: 100,
          reasoningTokens: 30,
          durationNano: 1_500_000_000n,
          costFemtoUsd: 3_500_000_000_000n,
        },
      },
    ]);
  });

  it('books nothing for a container', () => {
    expect(entriesOf(charged({ role: 'container', containerRule: 'invoke_agent' }))).toEqual([]);
  });

  it('counts an unpriced call and adds no cost', () => {
    const [entry] = entriesOf(charged({ price: { status: 'unpriced', reason: 'unknown_model' } }));
    expect(entry?.measures).toMatchObject({ calls: 1, unpricedCalls: 1, costFemtoUsd: 0n });
  });

  it('books an entry back so that the two add up to nothing', () => {
    const [entry] = entriesOf(charged());
    if (entry === undefined) throw new Error('expected an entry');
    const back = reversalOf(entry);
    expect(back.reason).toBe('replaced');
    expect(back.dimensions).toBe(entry.dimensions);
    for (const name of Object.keys(entry.measures) as (keyof typeof entry.measures)[]) {
      expect(BigInt(entry.measures[name]) + BigInt(back.measures[name])).toBe(0n);
    }
  });

  it('sums by dimensions that an entry has', () => {
    const [entry] = entriesOf(charged());
    for (const { dimensions } of rollups)
      expect(Object.keys(entry?.dimensions ?? {})).toEqual(expect.arrayContaining([...dimensions]));
  });
});

describe('storable text', () => {
  it('is text as it is, but for NUL and surrogates without their other half', () => {
    expect(['plain', '', 'ä😀', 'a\0b', '\ud800x', 'x\udc00'].map(storableText)).toEqual([
      'plain',
      '',
      'ä😀',
      'a\uFFFDb',
      '\uFFFDx',
      'x\uFFFD',
    ]);
  });
});
