import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeKinds } from '../support/database.ts';
import { aCall, aSpan, costing, noSubject, NOW, openTestApi, spanId, type TestApi, traceId, unpriced } from './fill.ts';

const MINUTE_MS = 60_000;
const below = (number: number, parent: number) => ({
  traceId: traceId(1),
  spanId: spanId(number),
  parentSpanId: spanId(parent),
});
const inTrace = { traceId: traceId(1) };
const pathOf = (number: number): string => `/api/v1/calls/${traceId(1)}/${spanId(number)}`;

describe.each(storeKinds)('the bookings of a call on %s', (kind) => {
  let api: TestApi;
  beforeEach(async () => {
    api = await openTestApi(kind);
  });
  afterEach(() => api[Symbol.asyncDispose]());

  const bookings = async (number: number): Promise<unknown[][]> => {
    const { body } = await api.get(pathOf(number));
    return body.ledger.map((entry: Record<string, unknown>) => [
      entry['entry_no'],
      entry['reason'],
      entry['booked_at'],
      entry['calls'],
      entry['cost_usd'],
      entry['agent'],
    ]);
  };

  it('tell that it was moved from agent A to agent B, and when: five minutes after it came', async () => {
    await api.fill(
      [aCall(3, { ...below(3, 2), price: costing('0.25') })],
      [aSpan(1, { ...inTrace, own: { ...noSubject, agent: 'A' } })],
    );
    await api.pass(5 * MINUTE_MS);
    await api.fill([], [aSpan(2, { ...below(2, 1), own: { ...noSubject, agent: 'B' } })]);
    const later = '2026-04-01T10:25:30.400Z';
    expect(await bookings(3)).toEqual([
      [0, 'charge', NOW, 1, '0.25', 'A'],
      [1, 'attributed', later, -1, '-0.25', 'A'],
      [2, 'attributed', later, 1, '0.25', 'B'],
    ]);
    const { body } = await api.get(pathOf(3));
    expect(body).toMatchObject({ agent: 'B', agent_path: ['B', 'A'], received_at: NOW });
    expect(body.ledger[1]).toEqual({
      entry_no: 1,
      reason: 'attributed',
      booked_at: later,
      calls: -1,
      unpriced_calls: 0,
      error_calls: 0,
      cost_usd: '-0.25',
      input_tokens: -10,
      cache_read_tokens: 0,
      cache_write_tokens: 0,
      output_tokens: -5,
      reasoning_tokens: 0,
      total_tokens: -15,
      agent: 'A',
      user: null,
      session: null,
      run: traceId(1),
      model: 'gpt-4o',
      provider: 'openai',
      service: null,
      operation: 'chat',
      environment: null,
      endpoint: null,
    });
  });

  it('say null, not 0, of a call without a price, booked and booked back', async () => {
    await api.fill([aCall(3, { ...below(3, 2), price: unpriced })]);
    await api.fill([], [aSpan(2, { ...inTrace, own: { ...noSubject, agent: 'B' } })]);
    expect((await bookings(3)).map(([, reason, , calls, cost]) => [reason, calls, cost])).toEqual([
      ['charge', 1, null],
      ['attributed', -1, null],
      ['attributed', 1, null],
    ]);
  });

  it('tell that a copy was charged before a better one came', async () => {
    await api.fill([aCall(2, { ...inTrace, scope: 'sdk' })]);
    await api.fill([aCall(3, { ...below(3, 2), scope: 'client' })]);
    expect((await bookings(2)).map(([, reason, , calls]) => [reason, calls])).toEqual([
      ['charge', 1],
      ['merged', -1],
    ]);
    expect((await bookings(3)).map(([, reason, , calls]) => [reason, calls])).toEqual([['charge', 1]]);
  });

  it("tell that an agent's total was charged after 60 s, as nothing below accounted for it, and taken back when a call came", async () => {
    const total = aCall(2, {
      ...inTrace,
      role: 'container',
      containerRule: 'invoke_agent',
      operation: 'invoke_agent',
      price: costing('0.5'),
    });
    const state = async (): Promise<unknown[]> => {
      const { body } = await api.get(`/api/v1/traces/${traceId(1)}`);
      const [span] = body.spans;
      return [span.charge, span.charge_reason, body.cost_usd, body.charges.pending];
    };
    await api.fill([total]);
    expect(await state()).toEqual(['pending', 'agent_total', '0', 1]);
    expect((await api.get('/api/v1/calls?charge=pending')).body.items).toMatchObject([
      { span_id: spanId(2), received_at: NOW },
    ]);
    await api.pass(MINUTE_MS - 1);
    expect(await state()).toEqual(['pending', 'agent_total', '0', 1]);
    expect(await bookings(2)).toEqual([]);
    await api.pass(1);
    expect(await state()).toEqual(['charged', 'agent_total', '0.5', 0]);
    await api.pass(MINUTE_MS);
    await api.fill([aCall(3, { ...below(3, 2), price: costing('0.4') })]);
    expect(await state()).toEqual(['container', 'invoke_agent', '0.4', 0]);
    expect(await bookings(2)).toEqual([
      [0, 'charge', '2026-04-01T10:21:30.400Z', 1, '0.5', null],
      [1, 'reversed', '2026-04-01T10:22:30.400Z', -1, '-0.5', null],
    ]);
  });
});
