import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aPrice, perMillion } from '../prices/prices.ts';
import { storeKinds } from '../support/database.ts';
import { aCall, NOW, openTestApi, type TestApi, unpriced } from './fill.ts';

const rates = { input_usd_per_mtok: '1', output_usd_per_mtok: '2' };
const put = { ...rates, effective_from: '2026-03-01' };

describe.each(storeKinds)('prices by API on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    const ofFile = aPrice({ provider: '*', model: 'in-house-*', rates: perMillion('0', '0') });
    api = await openTestApi(kind, { filePrices: [ofFile] });
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('are set, replaced by the same start, added by another, and ended', async () => {
    const path = '/api/v1/prices/azure.ai.openai/prod%2Feu';
    const added = await api.send('PUT', path, put, 'one');
    expect([added.status, added.body]).toEqual([
      201,
      {
        provider: 'azure.ai.openai',
        model: 'prod/eu',
        effective_from: '2026-03-01T00:00:00.000Z',
        effective_to: null,
        ...rates,
        long_context: [],
        maps_to: null,
        affects: { from: '2026-03-01T00:00:00.000Z', to: null, calls: 0 },
      },
    ]);
    expect((await api.send('PUT', path, { ...put, output_usd_per_mtok: '3' }, 'one')).status).toBe(200);
    expect((await api.send('PUT', path, { ...put, effective_from: null }, 'one')).status).toBe(201);
    const { items } = (await api.get('/api/v1/prices?source=custom&provider=azure', 'one')).body;
    expect(items).toMatchObject([{ model: 'prod/eu', output_usd_per_mtok: '3', source: 'custom', set_by: 'api' }]);
    expect((await api.send('DELETE', path, undefined, 'one')).status).toBe(204);
    expect((await api.send('DELETE', path, undefined, 'one')).body.code).toBe('not_found');
  });

  it('are one by whichever letters and name of the provider they are written', async () => {
    const [one, other] = ['/api/v1/prices/openai/Twin', '/api/v1/prices/OpenAI/twin'];
    expect((await api.send('PUT', one, put, 'one')).status).toBe(201);
    expect((await api.send('PUT', other, { ...put, output_usd_per_mtok: '3' }, 'one')).status).toBe(200);
    const { items } = (await api.get('/api/v1/prices?source=custom&model=twin', 'one')).body;
    expect(items).toMatchObject([{ provider: 'OpenAI', model: 'twin', output_usd_per_mtok: '3' }]);
    expect((await api.send('DELETE', one, undefined, 'one')).status).toBe(204);
    expect((await api.send('DELETE', other, undefined, 'one')).body.code).toBe('not_found');
    expect((await api.send('PUT', '/api/v1/prices/az.ai.openai/twin', put, 'one')).status).toBe(201);
    expect((await api.send('DELETE', '/api/v1/prices/azure/TWIN', undefined, 'one')).status).toBe(204);
  });

  it('may begin and end at the last instants there are', async () => {
    const path = '/api/v1/prices/openai/late';
    const late = { ...rates, effective_from: '9999-01-01T00:00:00.001Z', effective_to: '9999-12-31T23:59:59.999Z' };
    expect(await api.send('PUT', path, late, 'two')).toMatchObject({ status: 201, body: { affects: { calls: 0 } } });
    const long = { ...late, effective_from: '2026-03-01' };
    expect(await api.send('PUT', path, long, 'two')).toMatchObject({ status: 201, body: { affects: { calls: 0 } } });
  });

  it('begin now where nothing else is said, and always held with null', async () => {
    const before = Date.now();
    const { body } = await api.send('PUT', '/api/v1/prices/openai/now', rates, 'two');
    expect(Math.abs(Date.parse(body.effective_from) - before)).toBeLessThan(60_000);
    const always = await api.send('PUT', '/api/v1/prices/openai/always', { ...rates, effective_from: null }, 'two');
    expect(always.body.effective_from).toBeNull();
  });

  it('say how many charged calls keep the price they have', async () => {
    const start = (iso: string): { startUnixNano: bigint } => ({ startUnixNano: BigInt(Date.parse(iso)) * 1_000_000n });
    await api.fill(
      [
        aCall(1, { model: 'gpt-4o', ...start('2026-02-27T23:59:59.999Z') }),
        aCall(2, { model: 'gpt-4o', ...start('2026-02-28T00:00:00Z') }),
        aCall(3, { model: 'GPT-4o-2024-08-06', ...start('2026-03-05T07:30:00Z') }),
        aCall(4, { model: 'gpt-4o', provider: 'groq', ...start('2026-03-05T07:30:00Z') }),
        aCall(5, { model: 'gpt-4o-mini', ...start('2026-03-05T07:30:00Z') }),
        aCall(6, { model: 'gpt-4o', ...start('2026-03-10T12:00:00Z') }),
      ],
      [],
      'three',
    );
    const affects = async (body: object, model = 'gpt-4o', provider = 'openai'): Promise<unknown> =>
      (await api.send('PUT', `/api/v1/prices/${provider}/${model}`, { ...rates, ...body }, 'three')).body.affects.calls;
    // 2 and 6, and 3 by the name without its date; the end is exclusive.
    expect(await affects({ effective_from: '2026-02-28' })).toBe(3);
    expect(await affects({ effective_from: '2026-02-28', effective_to: '2026-03-10T12:00:00Z' })).toBe(2);
    expect(await affects({ effective_from: null })).toBe(4);
    expect(await affects({ effective_from: null }, 'gpt-4o*')).toBe(5);
    expect(await affects({ effective_from: null }, 'gpt-4o', '*')).toBe(5);
    expect(await affects({ effective_from: '2026-03-10T12:00:00.001Z' })).toBe(0);
  });

  it('are listed in pages: those that were set, the file’s among them, then the rate card', async () => {
    await api.send('PUT', '/api/v1/prices/openai/b', { ...put, effective_to: '2126-01-01' }, 'acme');
    await api.send('PUT', '/api/v1/prices/openai/a', { maps_to: 'gpt-4o', effective_from: null }, 'acme');
    await api.send('PUT', '/api/v1/prices/openai/later', { ...rates, effective_from: '2126-01-01' }, 'acme');
    const { items, next_cursor: cursor } = (await api.get('/api/v1/prices?limit=3')).body;
    expect(
      items.map((each: Record<string, unknown>) => [each['provider'], each['model'], each['set_by'], each['card']]),
    ).toEqual([
      ['*', 'in-house-*', 'file', 'custom/*/in-house-*'],
      ['openai', 'a', 'api', null],
      ['openai', 'b', 'api', 'custom/openai/b'],
    ]);
    const next = (await api.get(`/api/v1/prices?limit=1&cursor=${cursor}`)).body;
    expect(next.code).toBeUndefined();
    expect(next.items[0]).toMatchObject({ set_by: null, provider: 'anthropic' });
    const mini = (await api.walk('/api/v1/prices?provider=openai&model=4o-mini&source=default&limit=2')).find(
      ({ model }) => model === 'gpt-4o-mini',
    );
    expect(mini).toMatchObject({ card: 'openai/gpt-4o-mini', input_usd_per_mtok: '0.15', output_usd_per_mtok: '0.6' });
  });

  it('are as they were at an instant', async () => {
    const at = async (iso: string): Promise<unknown> =>
      (await api.get(`/api/v1/prices?model=b&source=custom&at=${iso}`)).body.items.length;
    expect([await at('2026-02-28T23:59:59.999Z'), await at('2026-03-01'), await at('2126-01-01')]).toEqual([0, 1, 0]);
  });

  it('are listed with the instant at which others followed', async () => {
    const path = '/api/v1/prices?provider=mistral_ai&model=ministral-8b-latest';
    const { items } = (await api.get(`${path}&at=2025-10-01`, 'one')).body;
    expect(items).toMatchObject([{ effective_from: null, effective_to: '2025-12-02T00:00:00.000Z' }]);
    expect((await api.get(path, 'one')).body.items).toMatchObject([{ effective_to: null }]);
  });

  it('are explained', async () => {
    const set = (await api.get('/api/v1/prices/openai/b')).body;
    expect(set.price).toMatchObject({ source: 'custom', card: 'custom/openai/b', rates });
    expect(set.layers.find((each: { decides: boolean }) => each.decides).layer).toBe('override');
    const before = (await api.get('/api/v1/prices/openai/b?at=2026-02-01')).body;
    expect([before.price, before.unpriced_reason]).toEqual([null, 'unknown_model']);
    const mapped = (await api.get('/api/v1/prices/openai/a')).body;
    expect(mapped.price).toMatchObject({ source: 'default', card: 'openai/gpt-4o' });
    const mistyped = (await api.get('/api/v1/prices/openai/gpt-4oo')).body;
    expect([mistyped.price, mistyped.unpriced_reason]).toEqual([null, 'unknown_model']);
    expect(mistyped.suggestions).toContain('openai/gpt-4o');
    expect(mistyped.at).toBe(NOW);
  });

  it('of calls without one are told with the nearest names, the most calls first, in pages', async () => {
    const none = { price: unpriced };
    await api.fill(
      [
        aCall(1, { ...none, provider: 'openai', model: 'gpt-4oo' }),
        aCall(2, { ...none, provider: 'openai', model: 'gpt-4oo' }),
        aCall(3, { ...none, provider: null, model: null }),
        aCall(4, { price: { status: 'unpriced', reason: 'no_usage' }, model: 'gpt-4o' }),
        aCall(5),
      ],
      [],
      'five',
    );
    const { items, next_cursor: cursor } = (await api.get('/api/v1/prices/unpriced?period=7d&limit=1', 'five')).body;
    expect(items).toEqual([
      {
        provider: 'openai',
        model: 'gpt-4oo',
        reason: 'unknown_model',
        calls: 2,
        // 10 in and 5 out each.
        tokens: 30,
        first_seen: '2026-03-31T12:00:00.000Z',
        last_seen: '2026-03-31T12:00:00.000Z',
        suggestions: expect.arrayContaining(['openai/gpt-4o']) as string[],
      },
    ]);
    const rest = (await api.get(`/api/v1/prices/unpriced?period=7d&cursor=${cursor}`, 'five')).body;
    expect(rest.items.map((each: Record<string, unknown>) => [each['model'], each['reason'], each['calls']])).toEqual([
      [null, 'unknown_model', 1],
      ['gpt-4o', 'no_usage', 1],
    ]);
    expect(rest.next_cursor).toBeNull();
    expect(
      (await api.get('/api/v1/prices/unpriced?from=2026-03-01&to=2026-03-31T12:00:00Z', 'five')).body.items,
    ).toEqual([]);
  });
});

describe('a price by API', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi('postgres18');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it.each([
    [{}, 'input_usd_per_mtok', 'input_usd_per_mtok and output_usd_per_mtok, or maps_to'],
    [{ input_usd_per_mtok: '1' }, 'output_usd_per_mtok', 'output_usd_per_mtok, or maps_to'],
    [{ ...rates, input_usd_per_mtok: 2.5 }, 'input_usd_per_mtok', 'as a text, such as "0.075"'],
    [{ ...rates, input_usd_per_mtok: '-1' }, 'input_usd_per_mtok', 'a decimal of at least 0'],
    [{ ...rates, input_usd_per_mtok: '1e3' }, 'input_usd_per_mtok', 'a decimal of at least 0'],
    [{ ...rates, input_usd_per_mtok: '1.0000000001' }, 'input_usd_per_mtok', '9 after the point'],
    [{ ...rates, input_usd_per_mtok: '1000000' }, 'input_usd_per_mtok', 'at most 6 digits before'],
    [{ ...rates, web_search_usd_per_kcount: '0.0000000000001' }, 'web_search_usd_per_kcount', '12 after the point'],
    [{ ...rates, currency: 'EUR' }, 'currency', 'one of the keys input_usd_per_mtok'],
    [{ ...rates, maps_to: 'gpt-4o' }, 'maps_to', 'either maps_to or rates'],
    [{ maps_to: 'gpt-4oo' }, 'maps_to', 'such as openai/gpt-4o'],
    [{ ...rates, effective_from: 'tomorrow' }, 'effective_from', 'a date (2026-01-31'],
    [{ ...rates, effective_from: '2026-01-02', effective_to: '2026-01-02' }, 'effective_to', 'an instant after'],
    [{ ...rates, effective_to: '2020-01-01' }, 'effective_to', 'an instant after 20'],
    [{ ...rates, long_context: [{ above_input_tokens: 5 }] }, 'long_context.0', 'at least one rate'],
    [
      {
        ...rates,
        long_context: [
          { above_input_tokens: 9, input_usd_per_mtok: '1' },
          { above_input_tokens: 9, input_usd_per_mtok: '2' },
        ],
      },
      'long_context',
      'thresholds that rise',
    ],
  ])('%j is refused for %s', async (body, field, expected) => {
    const answer = await api.send('PUT', '/api/v1/prices/openai/gpt-4o', body);
    expect([answer.status, answer.body.code], JSON.stringify(answer.body)).toEqual([400, 'bad_parameter']);
    const fault = answer.body.errors.find((each: { field: string }) => each.field === field);
    expect(fault?.expected, JSON.stringify(answer.body.errors)).toContain(expected);
  });

  it('is refused with everything that is wrong at once, and nothing twice', async () => {
    const body = {
      input_usd_per_mtok: 1,
      output_usd_per_mtok: '-2',
      effective_from: 'x',
      effective_to: '2026-01-01',
      y: 1,
    };
    const { errors } = (await api.send('PUT', '/api/v1/prices/openai/gpt-4o', body)).body;
    expect(errors.map((each: { field: string }) => each.field).sort()).toEqual([
      'effective_from',
      'input_usd_per_mtok',
      'output_usd_per_mtok',
      'y',
    ]);
  });

  it('takes the finest and the largest rates that there are', async () => {
    const fine = { input_usd_per_mtok: '0.000000001', output_usd_per_mtok: '999999.999999999' };
    const { status, body } = await api.send('PUT', '/api/v1/prices/openai/fine', fine);
    expect([status, body]).toMatchObject([201, fine]);
  });

  it('needs the scope admin to be set or ended, and shows itself to its tenant alone', async () => {
    expect((await api.send('PUT', '/api/v1/prices/openai/x', rates, 'query-only')).status).toBe(403);
    expect((await api.send('DELETE', '/api/v1/prices/openai/x', undefined, 'query-only')).status).toBe(403);
    expect((await api.send('PUT', '/api/v1/prices/openai/mine', rates, 'acme')).status).toBe(201);
    expect((await api.get('/api/v1/prices?source=custom&model=mine', 'other')).body.items).toEqual([]);
    expect((await api.send('DELETE', '/api/v1/prices/openai/mine', undefined, 'other')).status).toBe(404);
  });
});
