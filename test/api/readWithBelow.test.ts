import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readWithBelow, type WithBelow } from '../../processor/api/readWithBelow.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { aCall, aSpan, costing, noSubject, spanId, unpriced } from './fill.ts';

const micros = (iso: string): bigint => BigInt(Date.parse(iso)) * 1000n;
const said = (agent: string) => ({ ...noSubject, agent });

describe.each(storeKinds)('the cost of an agent with those below it on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
    const store = createStore(place.database, {
      settleDelayMs: 60_000,
      nowMs: () => Date.parse('2026-04-01T00:00:00Z'),
    });
    const calls = [
      aCall(1, { own: said('a'), price: costing('1') }),
      aCall(2, { parentSpanId: spanId(20), own: said('b'), price: costing('2'), model: 'other' }),
      aCall(3, { role: 'container', containerRule: 'wraps', own: said('a') }),
      aCall(4, { price: costing('4') }),
      aCall(5, { own: said('c'), price: unpriced }),
    ];
    await store.commit({
      tenant: 'acme',
      keyAgent: null,
      calls,
      spans: [aSpan(2, { spanId: spanId(20), own: said('a') })],
    });
    await store.commit({
      tenant: 'other',
      keyAgent: null,
      calls: [aCall(1, { own: said('a'), price: costing('9') })],
      spans: [],
    });
    await store.close();
  });
  afterAll(() => place[Symbol.asyncDispose]());

  const ask = (agent: string, changes: { to?: string; model?: string; callsMax?: number } = {}): Promise<WithBelow> =>
    readWithBelow(
      place.database,
      {
        tenant: 'acme',
        agent,
        filters: {
          dimensions: new Map(changes.model === undefined ? [] : [['model', [changes.model]]]),
          tags: new Map(),
        },
        from: micros('2026-03-31T12:00:00Z'),
        to: micros(changes.to ?? '2026-04-01T00:00:00Z'),
      },
      changes.callsMax,
    );

  it.each([
    ['a', 2, '3'], // 1 of its own and 2 of b below it; the container is not charged
    ['b', 1, '2'],
    ['(none)', 1, '4'],
    ['c', 1, null],
    ['nobody', 0, '0'],
  ])('is of %s: %s calls', async (agent, calls, cost) => {
    expect(await ask(agent)).toEqual({ with_below_calls: calls, with_below_cost_usd: cost });
  });

  it('is taken of what a filter leaves, and of the period', async () => {
    expect(await ask('a', { model: 'other' })).toEqual({ with_below_calls: 1, with_below_cost_usd: '2' });
    expect(await ask('a', { to: '2026-03-31T12:00:00Z' })).toEqual({ with_below_calls: 0, with_below_cost_usd: '0' });
  });

  it('is not known where the period has more calls than are read: it has 5', async () => {
    expect(await ask('a', { callsMax: 5 })).toEqual({ with_below_calls: 2, with_below_cost_usd: '3' });
    expect(await ask('a', { callsMax: 4 })).toEqual({ with_below_calls: null, with_below_cost_usd: null });
  });
});
