import { describe, expect, it } from 'vitest';
import { bookedFactsOf, entryOf, reversalOf, rollups } from '../../src/ledger.ts';
import { storableText } from '../../src/storableText.ts';
import { emptyUsage } from '../../src/usage.ts';
import { call } from './samples.ts';

const traceId = '00000000000000000000000000000001';
const toNobody = { agent: null, user: null, session: null, run: traceId, endpoint: null };
const entry = (changes: Parameters<typeof call>[2] = {}) =>
  entryOf(bookedFactsOf(call(1, 1, changes)), toNobody, 'charge');

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
    expect(entry({ usage, status: 'error' })).toEqual({
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
    });
  });

  it('counts an unpriced call and adds no cost', () => {
    const { measures } = entry({ price: { status: 'unpriced', reason: 'unknown_model' } });
    expect(measures).toMatchObject({ calls: 1, unpricedCalls: 1, costFemtoUsd: 0n });
  });

  it('books an entry back so that the two add up to nothing', () => {
    const booked = entry();
    const back = reversalOf(booked);
    expect(back).toMatchObject({ reason: 'charge', dimensions: booked.dimensions });
    for (const name of Object.keys(booked.measures) as (keyof typeof booked.measures)[]) {
      expect(BigInt(booked.measures[name]) + BigInt(back.measures[name])).toBe(0n);
    }
  });

  it('sums by dimensions that an entry has', () => {
    for (const { dimensions } of rollups)
      expect(Object.keys(entry().dimensions)).toEqual(expect.arrayContaining([...dimensions]));
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
