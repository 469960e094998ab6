import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseUsd } from '../../src/money.ts';
import { calls as drawnCalls, dimensions, edge, escaped, name, stored, sumOf, valueOf } from './drawnCalls.ts';
import { aCall, costing, nanoOf, noSubject, openTestApi, type TestApi, unpriced } from './fill.ts';

const BEFORE = '2026-03-30T12:00:00Z';
const NOW = '2026-03-31T12:00:00Z';
let number = 0;

/** So many calls of one agent and model, each of the same cost; null is no price. */
const some = (count: number, at: string, agent: string, model: string, usd: string | null) =>
  Array.from({ length: count }, () =>
    aCall((number += 1), {
      startUnixNano: nanoOf(at),
      own: { ...noSubject, agent, tags: { team: agent } },
      model,
      price: usd === null ? unpriced : costing(usd),
    }),
  );

const twoDays = 'from=2026-03-31&to=2026-04-01';
const zero = { delta_usd: '0', volume_usd: '0', mix_usd: '0', price_usd: '0' };

describe('GET /api/v1/changes', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi('postgres18');
    await api.fill([
      ...some(8, BEFORE, 'bot', 'gpt-4o', '0.01'),
      ...some(12, NOW, 'bot', 'gpt-4o', '0.01'),
      ...some(2, BEFORE, 'cat', 'o3', '0.05'),
      ...some(3, NOW, 'cat', 'o3', '0.06'),
      ...some(5, NOW, 'dog', 'mini', '0.002'),
      ...some(4, BEFORE, 'eel', 'in-house', null),
      ...some(1, NOW, 'eel', 'in-house', null),
    ]);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('says what of +0.13 is volume, mix and price: 10 priced calls were before, 20 are now', async () => {
    const { body } = await api.get(`/api/v1/changes?${twoDays}`);
    expect(body).toEqual({
      before: { from: '2026-03-30T00:00:00.000Z', to: '2026-03-31T00:00:00.000Z' },
      now: { from: '2026-03-31T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' },
      group_by: ['agent', 'model'],
      before_usd: '0.18', // 8 · 0.01 + 2 · 0.05
      now_usd: '0.31', // 12 · 0.01 + 3 · 0.06 + 5 · 0.002
      delta_usd: '0.13',
      volume_usd: '0.18',
      mix_usd: '-0.08',
      price_usd: '0.03',
      before_calls: 14,
      now_calls: 21,
      before_unpriced_calls: 4,
      now_unpriced_calls: 1,
      groups: [
        {
          agent: 'cat',
          model: 'o3',
          before_usd: '0.1',
          now_usd: '0.18',
          delta_usd: '0.08',
          volume_usd: '0.1', // 2 · (20/10 − 1) · 0.05
          mix_usd: '-0.05', // (3 − 2 · 20/10) · 0.05
          price_usd: '0.03', // 3 · (0.06 − 0.05)
          before_calls: 2,
          now_calls: 3,
          before_unpriced_calls: 0,
          now_unpriced_calls: 0,
        },
        {
          agent: 'bot',
          model: 'gpt-4o',
          before_usd: '0.08',
          now_usd: '0.12',
          delta_usd: '0.04',
          volume_usd: '0.08', // 8 · 1 · 0.01
          mix_usd: '-0.04', // (12 − 16) · 0.01
          price_usd: '0',
          before_calls: 8,
          now_calls: 12,
          before_unpriced_calls: 0,
          now_unpriced_calls: 0,
        },
        {
          agent: 'dog',
          model: 'mini',
          before_usd: '0',
          now_usd: '0.01',
          delta_usd: '0.01',
          volume_usd: '0',
          mix_usd: '0.01', // A new kind: 5 · 0.002
          price_usd: '0',
          before_calls: 0,
          now_calls: 5,
          before_unpriced_calls: 0,
          now_unpriced_calls: 0,
        },
        {
          agent: 'eel',
          model: 'in-house',
          before_usd: null,
          now_usd: null,
          ...zero,
          before_calls: 4,
          now_calls: 1,
          before_unpriced_calls: 4,
          now_unpriced_calls: 1,
        },
      ],
      other: null,
    });
  });

  it('adds up what is beyond the limit, so that the parts are still those of all', async () => {
    const { body } = await api.get(`/api/v1/changes?${twoDays}&limit=1`);
    expect([body.groups.length, body.groups[0].agent, body.delta_usd]).toEqual([1, 'cat', '0.13']);
    expect(body.other).toEqual({
      groups: 3,
      before_usd: '0.08',
      now_usd: '0.13', // 0.12 + 0.01
      delta_usd: '0.05',
      volume_usd: '0.08',
      mix_usd: '-0.03', // −0.04 + 0.01
      price_usd: '0',
      before_calls: 12,
      now_calls: 18,
      before_unpriced_calls: 4,
      now_unpriced_calls: 1,
    });
  });

  it('groups by what is asked for, tags too, and takes the filters of costs', async () => {
    const { body } = await api.get(`/api/v1/changes?${twoDays}&group_by=tag.team&agent=bot,cat`);
    expect(body.groups.map((group: Record<string, unknown>) => [group['tag.team'], group['delta_usd']])).toEqual([
      ['cat', '0.08'],
      ['bot', '0.04'],
    ]);
    // 10 calls were before, 15 are now: 0.18 · 1/2.
    expect(body.volume_usd).toBe('0.09');
  });

  it('is all volume where nothing was before', async () => {
    const { body } = await api.get('/api/v1/changes?from=2026-03-30&to=2026-04-01');
    expect(body).toMatchObject({
      before_usd: '0',
      now_usd: '0.49',
      delta_usd: '0.49',
      volume_usd: '0.49',
      mix_usd: '0',
      price_usd: '0',
    });
  });

  it('is zeros, and no group, where there is no call at all', async () => {
    const { body } = await api.get(`/api/v1/changes?${twoDays}&agent=nobody`);
    expect(body).toMatchObject({ before_usd: '0', now_usd: '0', ...zero, now_calls: 0, groups: [], other: null });
  });

  it('takes nothing as before that lies before 1970', async () => {
    const { status, body } = await api.get('/api/v1/changes?from=1970-01-01&to=9999-12-31');
    expect([status, body.before.from, body.before.to, body.now_calls]).toEqual([
      200,
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      35,
    ]);
  });

  it('refuses more than 20,000 groups and says what makes fewer', async () => {
    const users = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        aCall((number += 1), { startUnixNano: nanoOf(NOW), own: { ...noSubject, user: `user-${index}` } }),
      );
    await api.fill(users(20_000), [], 'crowd');
    const fits = await api.get(`/api/v1/changes?${twoDays}&group_by=user&limit=2`, 'crowd');
    expect([fits.status, fits.body.other.groups]).toEqual([200, 19_998]);
    expect(fits.body.groups.map(({ user }: { user: string }) => user)).toEqual(['user-0', 'user-1']);
    await api.fill(
      users(1).map((call) => ({ ...call, own: { ...call.own, user: 'one-more' } })),
      [],
      'crowd',
    );
    const { status, body } = await api.get(`/api/v1/changes?${twoDays}&group_by=user`, 'crowd');
    expect([status, body.errors[0].field]).toEqual([400, 'group_by']);
    expect(body.detail).toContain('at most 20000 groups');
  });
});

const questions = fc.record({
  edges: fc.tuple(edge, edge).filter(([a, b]) => a !== b),
  groupBy: fc.subarray([...dimensions], { minLength: 1, maxLength: 3 }),
  limit: fc.integer({ min: 1, max: 40 }),
  filter: fc.option(fc.tuple(fc.constantFrom(...dimensions), name)),
});

const femtoOf = (usd: string | null): bigint => (usd === null ? 0n : (parseUsd(usd) ?? 0n));
const partsOf = (row: Record<string, string>): bigint =>
  ['volume_usd', 'mix_usd', 'price_usd'].reduce((sum, field) => sum + femtoOf(row[field] ?? null), 0n);

describe.each(['postgres15', 'embedded'] as const)('GET /api/v1/changes on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill(stored);
    await api.fill(stored.slice(0, 10), [], 'other');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('has on both sides what a plain sum over the calls has, and parts that add up, to the last digit', async () => {
    const ask = async ({
      edges,
      groupBy,
      limit,
      filter,
    }: typeof questions extends fc.Arbitrary<infer T> ? T : never) => {
      const [fromMs = 0, toMs = 0] = [...edges].sort((a, b) => a - b);
      const beforeMs = fromMs - (toMs - fromMs);
      const filtered = filter === null ? '' : `&${filter[0]}=${escaped(filter[1] ?? '(none)')}`;
      const period = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
      const { body } = await api.get(`/api/v1/changes?${period}&group_by=${groupBy.join()}&limit=${limit}${filtered}`);
      const chosen = drawnCalls.filter(
        (call) => filter === null || valueOf(call, filter[0]) === (filter[1] ?? '(none)'),
      );
      const between = (from: number, to: number) =>
        chosen.filter(({ startUnixNano: at }) => at >= BigInt(from) * 1_000_000n && at < BigInt(to) * 1_000_000n);
      const sides = { before: between(beforeMs, fromMs), now: between(fromMs, toMs) };
      const hasSums = (row: Record<string, unknown>, isMember: (call: (typeof chosen)[number]) => boolean): void => {
        for (const side of ['before', 'now'] as const) {
          const { cost_usd: cost, calls, unpriced_calls: without } = sumOf(sides[side].filter(isMember));
          expect([row[`${side}_usd`], row[`${side}_calls`], row[`${side}_unpriced_calls`]]).toEqual([
            cost,
            calls,
            without,
          ]);
        }
        expect(partsOf(row as Record<string, string>)).toBe(femtoOf(String(row['delta_usd'])));
      };
      hasSums(body, () => true);
      for (const group of body.groups) {
        hasSums(group, (call) => groupBy.every((dimension) => valueOf(call, dimension) === group[dimension]));
      }
      const rows = body.other === null ? body.groups : [...body.groups, body.other];
      for (const field of ['before_usd', 'now_usd', 'delta_usd', 'volume_usd', 'mix_usd', 'price_usd']) {
        const sum = rows.reduce(
          (total: bigint, row: Record<string, string>) => total + femtoOf(row[field] ?? null),
          0n,
        );
        expect([field, sum]).toEqual([field, femtoOf(body[field])]);
      }
    };
    await fc.assert(fc.asyncProperty(questions, ask), { numRuns: kind === 'embedded' ? 15 : 40 });
  });
});
