import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeKinds } from '../support/database.ts';
import { aCall, aSpan, costing, nanoOf, openTestApi, spanId, type TestApi, traceId, unpriced } from './fill.ts';

const second = (count: number): bigint => nanoOf('2026-03-31T12:00:00Z') + BigInt(count) * 1_000_000_000n;
const inTrace = (number: number, parent: number | null, at: number) => ({
  traceId: traceId(1),
  spanId: spanId(number),
  parentSpanId: parent === null ? null : spanId(parent),
  startUnixNano: second(at),
});

describe.each(storeKinds)('GET /api/v1/traces/TRACE_ID on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill(
      [
        aCall(3, { ...inTrace(3, 2, 3), price: costing('0.1') }),
        aCall(4, { ...inTrace(4, 2, 2), price: unpriced }),
        aCall(5, { ...inTrace(5, 77, 5), price: costing('0.2') }),
        aCall(2, { ...inTrace(2, 1, 1), role: 'container', containerRule: 'invoke_agent', price: costing('0.1') }),
      ],
      [aSpan(1, { ...inTrace(1, null, 0), name: 'POST /chat', kind: 2, service: 'web' })],
    );
    // The same ids in another tenant.
    await api.fill([aCall(9, { ...inTrace(9, null, 0), price: costing('9') })], [], 'other');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('nests calls and spans by start, with own cost and that of the charged calls below', async () => {
    const { body } = await api.get(`/api/v1/traces/${traceId(1)}`);
    expect([body.trace_id, body.span_count, body.truncated]).toEqual([traceId(1), 5, false]);
    const [root, orphan] = body.spans;
    expect(root).toMatchObject({
      name: 'POST /chat',
      kind: 'server',
      service: 'web',
      cost_usd: null,
      subtree_cost_usd: '0.1',
      call: null,
      charge: null,
    });
    const [container] = root.children;
    // 0.1 of its own is not charged; below it are 0.1 and a call without a price.
    expect(container).toMatchObject({
      cost_usd: '0.1',
      charge: 'container',
      charge_reason: 'invoke_agent',
      subtree_cost_usd: '0.1',
    });
    const below = container.children.map((node: Record<string, unknown>) => [
      node['span_id'],
      node['cost_usd'],
      node['subtree_cost_usd'],
    ]);
    expect(below).toEqual([
      [spanId(4), null, null],
      [spanId(3), '0.1', '0.1'],
    ]);
    expect(container.children[1].call).toMatchObject({
      model: 'gpt-4o',
      provider: 'openai',
      cost_status: 'priced',
      usage: { input_uncached: 10, output: 5 },
    });
    expect(orphan).toMatchObject({
      span_id: spanId(5),
      parent_span_id: spanId(77),
      parent_missing: true,
      subtree_cost_usd: '0.2',
    });
    expect(root.parent_missing).toBe(false);
  });

  it('shows each tenant its own spans only, and 404 where it has none', async () => {
    expect((await api.get(`/api/v1/traces/${traceId(1)}`, 'other')).body.span_count).toBe(1);
    expect((await api.get(`/api/v1/traces/${traceId(1)}`, 'third')).body.code).toBe('not_found');
    expect((await api.get(`/api/v1/traces/${traceId(2)}`)).status).toBe(404);
  });

  it('cuts a trace of more than 10,000 spans at the earliest and says so', async () => {
    const wide = Array.from({ length: 10_001 }, (_, index) =>
      aSpan(2, {
        spanId: spanId(index + 1),
        parentSpanId: index === 0 ? null : spanId(1),
        startUnixNano: second(0) + BigInt(index) * 1000n,
      }),
    );
    for (let at = 0; at < wide.length; at += 2000) await api.fill([], wide.slice(at, at + 2000), 'wide');
    const { body } = await api.get(`/api/v1/traces/${traceId(2)}`, 'wide');
    expect([body.span_count, body.truncated, body.spans[0].children.length]).toEqual([10_000, true, 9_999]);
  });
});
