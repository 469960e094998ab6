import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApi } from '../api/fill.ts';
import { openFilled, readCsv, SUM_USD, sumUsd } from './charges.ts';

describe.each(['postgres15', 'embedded'] as const)('GET /api/v1/export on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openFilled(kind);
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const get = async (query: string) => {
    const { status, body, headers } = await api.get(`/api/v1/export?${query}`);
    expect(status, String(body)).toBe(200);
    return { text: String(body), headers };
  };

  it('names the file after its period, and says how many calls have no price', async () => {
    const { headers } = await get('from=2026-03-31&to=2026-04-02');
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="tollgate-costs-2026-03-31-2026-04-02.csv"',
      'cache-control': 'no-store',
      'x-tollgate-unpriced-calls': '1',
    });
  });

  it('has the seven charged calls by start, whose costs are the sum, and not the container', async () => {
    const rows = readCsv((await get('format=csv')).text);
    expect(rows.map(({ span_id }) => Number(span_id))).toEqual([1, 3, 2, 4, 5, 6, 7]);
    expect(sumUsd(rows, 'cost_usd')).toBe(SUM_USD);
    expect(rows[0]).toMatchObject({
      started_at: '2026-03-31T12:00:00.000Z',
      usage_cache_read: '8000',
      usage_cache_write_5m: '',
      cost_cache_read_usd: '0.0024',
      tags: '{"team":"=blue"}',
      charge: 'charged',
    });
  });

  it('leaves an unknown cost empty in csv and null in jsonl', async () => {
    const rows = readCsv((await get('format=csv&model=home-made')).text);
    expect(rows).toMatchObject([{ cost_usd: '', cost_status: 'unpriced', unpriced_reason: 'unknown_model' }]);
    const lines = (await get('format=jsonl&model=home-made')).text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ model: 'home-made', cost_usd: null, cost: null }]);
  });

  it('writes calls in jsonl as /api/v1/calls lists them', async () => {
    const { text, headers } = await get('format=jsonl&agent=bot');
    const lines = text.trimEnd().split('\n');
    const { body } = await api.get('/api/v1/calls?agent=bot&sort=started_at');
    expect(headers['content-type']).toBe('application/x-ndjson; charset=utf-8');
    expect(lines.map((line) => JSON.parse(line))).toEqual(body.items);
  });

  it('keeps a spreadsheet from taking a name for a formula', async () => {
    const rows = readCsv((await get('format=csv&model=sonar')).text);
    expect(rows).toMatchObject([{ agent: `'=cmd|calc`, user: `'@sum` }]);
    const groups = readCsv((await get('group_by=agent&model=sonar')).text);
    expect(groups).toMatchObject([{ agent: `'=cmd|calc`, cost_usd: '0.00501' }]);
  });

  it('has every group of the cube, as the cube has them', async () => {
    const rows = readCsv((await get('group_by=agent,model')).text);
    const { body } = await api.get('/api/v1/costs?group_by=agent,model');
    const asText = (group: object) =>
      Object.fromEntries(
        Object.entries(group).map(([name, value]) => [name, value === null ? '' : String(value).replace(/^=/, `'=`)]),
      );
    expect(rows).toEqual(body.groups.map(asText));
    const lines = (await get('group_by=agent,model&format=jsonl')).text.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(body.groups);
  });

  it('has a row an interval and group with calls, whose shares are those of the interval', async () => {
    const rows = readCsv((await get('group_by=agent&interval=hour&from=2026-03-31&to=2026-04-01')).text);
    const seen = rows.map(({ start, agent, cost_usd, share }) => [start, agent, cost_usd, share]);
    expect(seen).toEqual([
      ['2026-03-31T12:00:00.000Z', 'bot', '1.8389', '1'], // 0.0084 + 0.0305 + 1.8
      ['2026-03-31T13:00:00.000Z', 'cat', '0.0123', '1'],
      ['2026-03-31T13:00:00.000Z', '(none)', '0', '0'],
      ['2026-03-31T14:00:00.000Z', `'=cmd|calc`, '0.00501', '1'],
    ]);
    expect(sumUsd(rows, 'cost_usd')).toBe(SUM_USD);
  });

  it('has without dimensions a row for every interval', async () => {
    const rows = readCsv((await get('interval=day&timezone=Europe/Berlin&from=2026-03-30&to=2026-04-02')).text);
    expect(rows.map(({ start, calls, cost_usd }) => [start, calls, cost_usd])).toEqual([
      ['2026-03-29T22:00:00.000Z', '0', '0'],
      ['2026-03-30T22:00:00.000Z', '7', SUM_USD],
      ['2026-03-31T22:00:00.000Z', '0', '0'],
    ]);
    expect(Object.keys(rows[0] ?? {})).not.toContain('share');
  });

  it('has a header line alone where there is nothing, and no line in jsonl', async () => {
    expect(readCsv((await get('group_by=agent&agent=nobody')).text)).toEqual([]);
    expect((await get('format=focus&agent=nobody')).text.split('\r\n')).toHaveLength(2);
    expect((await get('format=jsonl&agent=nobody')).text).toBe('');
  });

  it('sees its own tenant alone', async () => {
    const { body } = await api.get('/api/v1/export?format=jsonl', 'other');
    expect(body).toBe('');
  });

  it('leaves the count of unpriced calls out where only a look at every call gives it', async () => {
    const { text, headers } = await get('tag.team=%3Dblue');
    expect(readCsv(text)).toHaveLength(7);
    expect(headers['x-tollgate-unpriced-calls']).toBeUndefined();
  });
});
