import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeKinds } from '../support/database.ts';
import {
  aCall,
  aSpan,
  costing,
  nanoOf,
  noSubject,
  openTestApi,
  spanId,
  type TestApi,
  traceId,
  unpriced,
} from './fill.ts';

const MS = 1_000_000n;
const start = nanoOf('2026-03-31T12:00:00Z');
/** Span `number` of a trace, from and for so many milliseconds. */
const at = (trace: number, number: number, parent: number | null, fromMs: number, forMs = 1000) => ({
  traceId: traceId(trace),
  spanId: spanId(number),
  parentSpanId: parent === null ? null : spanId(parent),
  startUnixNano: start + BigInt(fromMs) * MS,
  durationNano: BigInt(forMs) * MS,
});
const agent = (name: string) => ({ own: { ...noSubject, agent: name } });
const copy = (rule: string, trace: number, span: number) => ({ rule, trace_id: traceId(trace), span_id: spanId(span) });

/**
 * planner (1)
 * ├ coder (2)
 * │ └ the SDK's wrapper (3) over the client's span (4), which a gateway saw too, in traces of its own (5, 6)
 * ├ planner's own call (7)
 * └ a total (8) over calls without price (9) and of $0.3 (10) of the reviewer
 */
const shared = { responseId: 'chatcmpl-0001', price: costing('0.01') };
const gateway = { ...shared, scope: 'gateway', service: 'gateway', kind: 2 } as const;
const calls = [
  aCall(3, { ...at(1, 3, 2, 10), scope: 'ai-sdk', price: costing('0.01') }),
  aCall(4, { ...at(1, 4, 3, 20, 900), ...shared, scope: 'openai' }),
  aCall(7, { ...at(1, 7, 1, 5000), price: costing('0.2') }),
  aCall(8, { ...at(1, 8, 1, 9000), usage: { ...aCall(0).usage, input_uncached: 20, output: 10 } }),
  aCall(9, { ...at(1, 9, 8, 9000, 100), price: unpriced }),
  aCall(10, { ...at(1, 10, 8, 9500, 100), price: costing('0.3'), ...agent('reviewer') }),
];
const spans = [
  aSpan(1, { ...at(1, 1, null, 0, 20_000), ...agent('planner') }),
  aSpan(2, { ...at(1, 2, 1, 5), ...agent('coder') }),
];

describe.each(storeKinds)('a trace with copies on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill(calls, spans);
    await api.fill([
      aCall(5, { ...at(2, 5, null, 25, 800), ...gateway }),
      aCall(6, { ...at(3, 6, null, 26, 800), ...gateway, scope: 'relay' }),
    ]);
    // The same ids in another tenant.
    await api.fill([aCall(5, { ...at(2, 5, null, 25, 800), ...gateway })], [], 'other');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  const spansOf = async (trace: number): Promise<Map<number, Record<string, unknown>>> => {
    const found = new Map<number, Record<string, unknown>>();
    const visit = (nodes: readonly { span_id: string; children: never[] }[]): void => {
      for (const node of nodes) {
        found.set(Number(`0x${node.span_id}`), node);
        visit(node.children);
      }
    };
    visit((await api.get(`/api/v1/traces/${traceId(trace)}`)).body.spans);
    return found;
  };

  it('names the charged copy of each duplicate, and the copies of each charged call, of whatever trace', async () => {
    const found = await spansOf(1);
    expect(found.get(3)).toMatchObject({
      charge: 'duplicate',
      charge_reason: `nested ${traceId(1)}/${spanId(4)}`,
      duplicate_of: copy('nested', 1, 4),
      charged_elsewhere: false,
      copies: [],
    });
    expect(found.get(4)).toMatchObject({
      charge: 'charged',
      charge_reason: null,
      duplicate_of: null,
      copies: [copy('nested', 1, 3), copy('same_provider_id', 2, 5), copy('same_provider_id', 3, 6)],
    });
    expect(found.get(8)).toMatchObject({
      charge: 'container',
      charge_reason: 'total_over_calls',
      copies: [],
      duplicate_of: null,
    });
    expect(found.get(1)).toMatchObject({
      charge: null,
      duplicate_of: null,
      charged_elsewhere: false,
      copies: [],
      received_at: null,
    });
  });

  it('counts each charged call once in the subtrees above it: 0.01 + 0.2 + 0.3 below the root', async () => {
    const { body } = await api.get(`/api/v1/traces/${traceId(1)}`);
    expect([body.cost_usd, body.spans[0].subtree_cost_usd, body.copies_truncated]).toEqual(['0.51', '0.51', false]);
    expect(body.charges).toEqual({ charged: 4, duplicate: 1, container: 1, pending: 0, charged_elsewhere: 0 });
    const found = await spansOf(1);
    const costs = [2, 3, 4, 8, 9].map((number) => found.get(number)?.['subtree_cost_usd']);
    expect(costs).toEqual(['0.01', '0.01', '0.01', '0.3', null]);
  });

  it("marks a copy that is charged in another trace, whose cost is in no sum of this one's", async () => {
    const { body } = await api.get(`/api/v1/traces/${traceId(2)}`);
    expect([body.cost_usd, body.agents, body.charges.charged_elsewhere]).toEqual(['0', [], 1]);
    expect(body.spans[0]).toMatchObject({
      cost_usd: '0.01',
      subtree_cost_usd: '0',
      duplicate_of: copy('same_provider_id', 1, 4),
      charged_elsewhere: true,
    });
  });

  it("adds up an agent's own calls, and with them those of the agents below it", async () => {
    const { body } = await api.get(`/api/v1/traces/${traceId(1)}`);
    expect(body.agents).toEqual([
      // Its own are 0.2 and the call without a price; below it 0.01 and 0.3.
      { agent: 'planner', calls: 2, own_cost_usd: '0.2', with_below_calls: 4, with_below_cost_usd: '0.51' },
      { agent: 'reviewer', calls: 1, own_cost_usd: '0.3', with_below_calls: 1, with_below_cost_usd: '0.3' },
      { agent: 'coder', calls: 1, own_cost_usd: '0.01', with_below_calls: 1, with_below_cost_usd: '0.01' },
    ]);
  });

  it('does the same over a period for one agent, as far as filters let it', async () => {
    const withBelow = async (path: string): Promise<unknown[]> => {
      const { body } = await api.get(`/api/v1/agents/${path}`);
      return [body.cost_usd, body.with_below_calls, body.with_below_cost_usd];
    };
    expect(await withBelow('planner')).toEqual(['0.2', 4, '0.51']);
    expect(await withBelow('coder')).toEqual(['0.01', 1, '0.01']);
    expect((await api.get('/api/v1/agents/planner?model=other')).status).toBe(404);
    expect((await api.get('/api/v1/models/gpt-4o')).body).not.toHaveProperty('with_below_calls');
  });

  it('says of one call what a trace says of it, and its path of agents', async () => {
    const { body } = await api.get(`/api/v1/calls/${traceId(1)}/${spanId(4)}`);
    expect(body).toMatchObject({
      agent: 'coder',
      agent_path: ['coder', 'planner'],
      scope: 'openai',
      copies: [copy('nested', 1, 3), copy('same_provider_id', 2, 5), copy('same_provider_id', 3, 6)],
    });
    const duplicate = await api.get(`/api/v1/calls/${traceId(2)}/${spanId(5)}`);
    expect(duplicate.body).toMatchObject({ duplicate_of: copy('same_provider_id', 1, 4), copies: [], agent_path: [] });
    // Booked when it came, and back when it turned out to be a copy: nothing of it is charged.
    const { body: alone } = await api.get(`/api/v1/calls/${traceId(2)}/${spanId(5)}`, 'other');
    expect([alone.charge, alone.copies, alone.ledger.length]).toEqual(['charged', [], 1]);
  });

  it.each([
    ['charge=duplicate', [3, 5, 6]],
    ['charge=container', [8]],
    ['charge=pending', []],
    ['charge=all', [3, 4, 5, 6, 7, 8, 9, 10]],
    ['', [4, 7, 9, 10]],
  ])('lists the calls of %s', async (query, expected) => {
    const { body } = await api.get(`/api/v1/calls?sort=started_at&${query}`);
    expect(
      body.items
        .map((call: { span_id: string }) => Number(`0x${call.span_id}`))
        .toSorted((a: number, b: number) => a - b),
    ).toEqual(expected);
  });

  it('finds copies that share no id with the charged call, but with another copy: from trace 20 over 21 to 22', async () => {
    const [ofSdk, ofGateway] = [{ responseId: 'chatcmpl-0020' }, { requestId: 'req_00000020' }];
    await api.fill(
      [
        aCall(1, { ...at(20, 1, null, 10), ...ofSdk, scope: 'sdk', isEmitterKnown: true }),
        aCall(3, { ...at(21, 3, null, 11), scope: 'proxy' }),
        aCall(2, { ...at(21, 2, 3, 12, 900), ...ofSdk, ...ofGateway, scope: 'gateway', service: 'gateway' }),
        aCall(4, { ...at(22, 4, null, 13, 800), ...ofGateway, scope: 'relay', service: 'relay' }),
      ],
      [],
      'chain',
    );
    const { body } = await api.get(`/api/v1/calls/${traceId(20)}/${spanId(1)}`, 'chain');
    expect([body.charge, body.copies]).toEqual([
      'charged',
      [copy('nested', 21, 3), copy('same_provider_id', 21, 2), copy('same_provider_id', 22, 4)],
    ]);
    const trace = await api.get(`/api/v1/traces/${traceId(20)}`, 'chain');
    expect(trace.body.spans[0].copies).toEqual(body.copies);
  });

  it('looks for copies in 1,000 other traces, and says so where there are more', async () => {
    const responseId = (number: number): string => `chatcmpl-${1000 + number}`;
    const numbers = Array.from({ length: 1001 }, (_, index) => index + 1);
    const asked = numbers.map((number) =>
      aCall(0, {
        ...at(100, number, null, number * 10_000),
        scope: 'sdk',
        responseId: responseId(number),
        price: costing('0.01'),
      }),
    );
    const seen = numbers.map((number) =>
      aCall(0, {
        ...at(1000 + number, 1, null, number * 10_000),
        scope: 'gateway',
        service: 'gateway',
        responseId: responseId(number),
        price: unpriced,
      }),
    );
    for (let from = 0; from < 1001; from += 250) {
      await api.fill([...asked.slice(from, from + 250), ...seen.slice(from, from + 250)], [], 'wide');
    }
    const { body } = await api.get(`/api/v1/traces/${traceId(100)}`, 'wide');
    const copies = body.spans.flatMap((span: { copies: object[] }) => span.copies);
    expect([body.cost_usd, body.charges.charged, copies.length, body.copies_truncated]).toEqual([
      '10.01',
      1001,
      1000,
      true,
    ]);
    expect((await api.get(`/api/v1/calls/${traceId(100)}/${spanId(1001)}`, 'wide')).body.copies).toEqual([
      copy('same_provider_id', 2001, 1),
    ]);
  });
});
