import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aCall, costing, nanoOf, noSubject, openTestApi, type TestApi, unpriced } from './fill.ts';

const at = (iso: string, usd: string | null, agent: string | null = null, model = 'gpt-4o') => ({
  startUnixNano: nanoOf(iso),
  price: usd === null ? unpriced : costing(usd),
  own: { ...noSubject, agent, user: 'u1', tags: { team: 'blue', 'a,b': 'x,y' } },
  model,
});

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi('postgres15');
  await api.fill([
    aCall(1, at('2026-03-30T10:00:00Z', '0.1', 'bot')),
    aCall(2, { ...at('2026-03-30T11:00:00Z', '0.2', 'bot', 'o3'), status: 'error' }),
    aCall(3, at('2026-04-01T10:20:30.399Z', '0.000000000000001', 'cat')),
    // The first millisecond that "now" leaves out.
    aCall(4, at('2026-04-01T10:20:30.400Z', '7', 'cat')),
    aCall(5, at('2026-03-31T00:00:00Z', null, 'dog')),
    aCall(6, { ...at('2026-03-31T01:00:00Z', '5', 'bot'), role: 'container', containerRule: 'invoke_agent' }),
  ]);
});
afterAll(() => api[Symbol.asyncDispose]());

describe('GET /api/v1/costs', () => {
  it('adds up the charged calls before now: 0.1 + 0.2 + 1e-15, one of four unpriced, no container', async () => {
    const { body } = await api.get('/api/v1/costs');
    expect(body).toEqual({
      from: '2026-03-02T10:20:30.400Z',
      to: '2026-04-01T10:20:30.400Z',
      group_by: [],
      interval: null,
      totals: {
        cost_usd: '0.300000000000001',
        calls: 4,
        unpriced_calls: 1,
        error_calls: 1,
        input_tokens: 40,
        cache_read_tokens: 0,
        cache_write_tokens: 0,
        output_tokens: 20,
        reasoning_tokens: 0,
        total_tokens: 60,
      },
      groups: [],
      series: [],
      next_cursor: null,
    });
  });

  it('groups dearest first with shares of the total, unknown cost last and null', async () => {
    const { body } = await api.get('/api/v1/costs?group_by=agent&period=7d');
    const seen = body.groups.map((group: Record<string, unknown>) => [
      group['agent'],
      group['cost_usd'],
      group['share'],
    ]);
    expect(seen).toEqual([
      ['bot', '0.3', 1], // 0.3 / 0.300000000000001, to six decimals
      ['cat', '0.000000000000001', 0],
      ['dog', null, null],
    ]);
  });

  it('fills a series with zeros, for each group', async () => {
    const { body } = await api.get(
      '/api/v1/costs?group_by=agent&interval=day&from=2026-03-30&to=2026-04-01&model=gpt-4o',
    );
    const seen = body.series.map((point: Record<string, unknown>) => [
      point['start'],
      point['agent'],
      point['cost_usd'],
      point['calls'],
    ]);
    expect(seen).toEqual([
      ['2026-03-30T00:00:00.000Z', 'bot', '0.1', 1],
      ['2026-03-30T00:00:00.000Z', 'dog', '0', 0],
      ['2026-03-31T00:00:00.000Z', 'bot', '0', 0],
      ['2026-03-31T00:00:00.000Z', 'dog', null, 1],
    ]);
  });

  it('takes from inclusive and to exclusive', async () => {
    const callsBetween = async (from: string, to: string): Promise<number> =>
      (await api.get(`/api/v1/costs?from=${from}&to=${to}`)).body.totals.calls;
    expect(await callsBetween('2026-04-01T10:20:30.399Z', '2026-04-01T10:20:30.400Z')).toBe(1);
    expect(await callsBetween('2026-04-01T10:20:30.399001Z', '2026-04-01T10:20:30.400Z')).toBe(0);
  });

  it('begins a date in the zone asked for: 31 March in Kathmandu begins on 30 March, 18:15 UTC', async () => {
    const { body } = await api.get('/api/v1/costs?from=2026-03-31&to=2026-04-01&timezone=Asia/Kathmandu&interval=day');
    expect([body.from, body.to]).toEqual(['2026-03-30T18:15:00.000Z', '2026-03-31T18:15:00.000Z']);
    expect(body.series.map((point: { start: string }) => point.start)).toEqual(['2026-03-30T18:15:00.000Z']);
    expect(body.totals.calls).toBe(1);
  });

  it('reads several values of a filter from commas and repetition, and an escaped comma as itself', async () => {
    const callsFor = async (query: string): Promise<number> =>
      (await api.get(`/api/v1/costs?${query}`)).body.totals.calls;
    expect(await callsFor('agent=cat,dog')).toBe(2);
    expect(await callsFor('agent=cat&agent=dog')).toBe(2);
    expect(await callsFor('session=(none)')).toBe(4);
    expect(await callsFor('session=(none)&agent=(none)')).toBe(0);
    expect(await callsFor('tag.team=blue&agent=bot')).toBe(2);
    expect(await callsFor('tag.a,b=x%5C,y')).toBe(4);
    expect(await callsFor('tag.a,b=x,y')).toBe(0);
    expect(await callsFor('tag.other=(none)')).toBe(4);
  });

  it('is "0" where there are no calls at all', async () => {
    const { body } = await api.get('/api/v1/costs?agent=nobody&group_by=agent');
    expect([body.totals.cost_usd, body.totals.calls, body.groups]).toEqual(['0', 0, []]);
  });

  it('pages through the groups; totals and shares stay those of all', async () => {
    const first = await api.get('/api/v1/costs?group_by=agent,model&limit=2');
    expect(first.body.groups.map((group: { cost_usd: string }) => group.cost_usd)).toEqual(['0.2', '0.1']);
    expect(first.body.totals.calls).toBe(4);
    const all = await api.walk('/api/v1/costs?group_by=agent,model&limit=1');
    expect(all.map((group) => [group.agent, group.model])).toEqual([
      ['bot', 'o3'],
      ['bot', 'gpt-4o'],
      ['cat', 'gpt-4o'],
      ['dog', 'gpt-4o'],
    ]);
  });

  it('gives each group of a page the same series whether more groups follow or not', async () => {
    const question = '/api/v1/costs?group_by=agent&interval=day&from=2026-03-28&to=2026-04-03';
    const { body: all } = await api.get(question);
    for (const limit of [1, 2]) {
      const { body } = await api.get(`${question}&limit=${limit}`);
      const shown = body.groups.map(({ agent }: { agent: string }) => agent);
      expect(shown).toEqual(all.groups.slice(0, limit).map(({ agent }: { agent: string }) => agent));
      expect(body.series).toEqual(all.series.filter(({ agent }: { agent: string }) => shown.includes(agent)));
    }
  });

  it('refuses a series of more than 10,000 points and names the limit: 417 days have 10,008 hours', async () => {
    const series = (to: string) => api.get(`/api/v1/costs?interval=hour&from=2025-01-01&to=${to}`);
    const [fits, exceeds] = [await series('2026-02-21T16:00:00Z'), await series('2026-02-21T17:00:00Z')];
    expect([fits.status, fits.body.series.length]).toEqual([200, 10_000]);
    expect([exceeds.status, exceeds.body.errors[0].field]).toEqual([400, 'interval']);
    expect(exceeds.body.detail).toContain('at most 10000 points');
  });

  it('counts groups into that limit: 3 agents times 2161 hours fit, 4 pairs times 2904 hours do not', async () => {
    expect((await api.get('/api/v1/costs?interval=hour&period=90d&group_by=agent')).body.series).toHaveLength(3 * 2161);
    const { body } = await api.get('/api/v1/costs?interval=hour&group_by=agent,model&from=2025-12-02&to=2026-04-02');
    expect(body.detail).toContain('not 11616'); // 4 × 121 × 24
  });
});
