import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  aCall,
  aSpan,
  costing,
  nanoOf,
  noSubject,
  NOW,
  openTestApi,
  spanId,
  type TestApi,
  traceId,
  unpriced,
} from './fill.ts';
import { storeKinds } from '../support/database.ts';

const full = aCall(1, {
  parentSpanId: spanId(99),
  startUnixNano: nanoOf('2026-03-31T12:00:00Z') + 123_456_789n,
  durationNano: 1_234_500_000n,
  service: 'api',
  provider: 'anthropic',
  model: 'claude-sonnet-4-5-20250929',
  requestModel: 'claude-sonnet-4-5',
  responseModel: 'claude-sonnet-4-5-20250929',
  responseId: 'msg_1',
  requestId: 'req_1',
  scope: 'opentelemetry.instrumentation.anthropic',
  dialect: 'openllmetry',
  cacheSemantics: 'exclusive:scope',
  usage: {
    input_uncached: 12,
    cache_read: 8000,
    cache_write_5m: 300,
    cache_write_1h: 0,
    output: 150,
    reasoning: null,
    other: { web_search_requests: 2 },
  },
  own: { ...noSubject, user: 'u1', session: 's1', tags: { feature: 'faq' } },
  price: {
    status: 'priced',
    costFemtoUsd: 5_811_000_000_000n,
    partsFemtoUsd: {
      input_uncached: 36_000_000_000n,
      cache_read: 2_400_000_000_000n,
      cache_write_5m: 1_125_000_000_000n,
      output: 2_250_000_000_000n,
    },
    source: 'default',
    card: 'anthropic/claude-sonnet-4-5',
    effectiveFrom: null,
    serviceTier: 'standard',
  },
});
const parent = aSpan(1, {
  spanId: spanId(99),
  own: { ...noSubject, agent: 'support-bot', run: 'run 7', endpoint: '/chat' },
});

describe.each(storeKinds)('calls on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill(
      [
        full,
        aCall(2, { startUnixNano: nanoOf('2026-03-30T00:00:00Z'), price: costing('0.5'), durationNano: 10n }),
        aCall(3, { startUnixNano: nanoOf('2026-03-30T00:00:00Z'), price: costing('0.5'), status: 'error' }),
        aCall(4, { startUnixNano: nanoOf('2026-03-30T00:00:00Z'), price: unpriced }),
        aCall(5, { role: 'container', containerRule: 'invoke_agent' }),
        aCall(6, { startUnixNano: nanoOf('2025-06-01T00:00:00Z') }),
      ],
      [parent],
    );
    await api.fill([aCall(7)], [], 'other');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('gives a call exactly the shape of the contract, in lists and alone, where its copies and bookings join it', async () => {
    const { copies, ledger, ...body } = (await api.get(`/api/v1/calls/${traceId(1)}/${spanId(1)}`)).body;
    expect([copies, ledger.length]).toEqual([[], 1]);
    expect((await api.get(`/api/v1/calls?trace_id=${traceId(1)}`)).body.items).toEqual([body]);
    expect(body).toEqual({
      trace_id: traceId(1),
      span_id: spanId(1),
      parent_span_id: spanId(99),
      started_at: '2026-03-31T12:00:00.123456Z',
      duration_ms: 1234.5,
      service: 'api',
      environment: null,
      endpoint: '/chat',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5-20250929',
      request_model: 'claude-sonnet-4-5',
      response_model: 'claude-sonnet-4-5-20250929',
      response_id: 'msg_1',
      request_id: 'req_1',
      status: 'ok',
      agent: 'support-bot',
      agent_id: null,
      agent_path: ['support-bot'],
      user: 'u1',
      session: 's1',
      run: 'run 7',
      tags: { feature: 'faq' },
      usage: {
        input_uncached: 12,
        cache_read: 8000,
        cache_write_5m: 300,
        cache_write_1h: 0,
        output: 150,
        reasoning: null,
        web_search_requests: 2,
      },
      cost_usd: '0.005811',
      cost: { input_uncached: '0.000036', cache_read: '0.0024', cache_write_5m: '0.001125', output: '0.00225' },
      cost_status: 'priced',
      unpriced_reason: null,
      reported_cost_usd: null,
      price: { source: 'default', card: 'anthropic/claude-sonnet-4-5', effective_from: null, service_tier: 'standard' },
      charge: 'charged',
      charge_reason: null,
      duplicate_of: null,
      received_at: NOW,
      scope: 'opentelemetry.instrumentation.anthropic',
      dialect: 'openllmetry',
      cache_semantics: 'exclusive:scope',
      attribution: { agent: 'root', user: 'span', session: 'span' },
    });
  });

  it('says null, not 0, of a call without a price', async () => {
    const { body } = await api.get(`/api/v1/calls/${traceId(4)}/${spanId(4)}`);
    expect([body.cost_usd, body.cost, body.price, body.cost_status, body.unpriced_reason]).toEqual([
      null,
      null,
      null,
      'unpriced',
      'unknown_model',
    ]);
  });

  it('takes ids in upper case and does not find what is not there or is another tenant’s', async () => {
    expect((await api.get(`/api/v1/calls/${traceId(0xab).toUpperCase()}/${spanId(1)}`)).body.code).toBe('not_found');
    expect((await api.get(`/api/v1/calls/${traceId(7)}/${spanId(7)}`)).status).toBe(404);
    expect((await api.get(`/api/v1/calls/${traceId(7)}/${spanId(7)}`, 'other')).status).toBe(200);
  });

  it.each([
    ['', [1, 2, 3, 4]], // charged, of 30 days, newest first, ties by trace
    ['charge=all', [1, 5, 2, 3, 4]],
    ['charge=container', [5]],
    ['charge=duplicate', []],
    ['cost_status=unpriced', [4]],
    ['cost_status=unpriced,priced&sort=started_at', [2, 3, 4, 1]],
    ['min_cost_usd=0.5', [2, 3]],
    ['min_cost_usd=0.500000000000001', []],
    ['sort=-cost_usd', [2, 3, 1, 4]],
    ['sort=cost_usd', [1, 2, 3, 4]],
    ['sort=duration_ms', [2, 1, 3, 4]],
    ['sort=-total_tokens', [1, 2, 3, 4]],
    ['agent=support-bot', [1]],
    ['agent=(none)&provider=openai', [2, 3, 4]],
    ['tag.feature=faq', [1]],
    ['endpoint=/chat&run=run%207&session=s1', [1]],
    [`trace_id=${traceId(6)}`, [6]], // a trace asks for no period
    [`trace_id=${traceId(6)}&period=7d`, []],
  ])('lists by %s', async (query, expected) => {
    const { body } = await api.get(`/api/v1/calls?${query}`);
    expect(body.items.map((call: { trace_id: string }) => Number(`0x${call.trace_id}`))).toEqual(expected);
  });

  it.each([
    'started_at',
    '-started_at',
    'cost_usd',
    '-cost_usd',
    'duration_ms',
    '-total_tokens',
    'input_tokens',
    '-output_tokens',
  ])('walks pages of one by %s through every call once', async (sort) => {
    const { body } = await api.get(`/api/v1/calls?charge=all&sort=${sort}`);
    expect(body.items).toHaveLength(5);
    expect(await api.walk(`/api/v1/calls?charge=all&sort=${sort}&limit=1`)).toEqual(body.items);
  });
});
