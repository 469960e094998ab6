import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStore } from '../../processor/store/createStore.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import { batch, call, nobody, skeleton } from './samples.ts';

const trace = (number: number): string => number.toString(16).padStart(32, '0');
const span = (number: number): string => number.toString(16).padStart(16, '0');
const shared = { responseId: 'chatcmpl-0001' };

/** In trace 1 agent `main` (1) is above agent `sub` (2), above a wrapper (3) of a call (4), which a gateway saw in trace 2 (5). */
async function fill({ database }: TestDatabase): Promise<void> {
  const store = createStore(database, { settleDelayMs: 60_000 });
  const calls = [
    call(1, 3, { scope: 'sdk', parentSpanId: span(2) }),
    call(1, 4, { ...shared, scope: 'client', requestId: 'req_00000001', parentSpanId: span(3) }),
    call(1, 6, { role: 'container', containerRule: 'ai_sdk_outer', model: 'other' }),
    call(2, 5, { ...shared, scope: 'gateway', service: 'gateway' }),
    call(3, 7, { own: { ...nobody, agent: 'alone' } }),
    call(4, 8),
  ];
  const spans = [
    skeleton(1, 1, { own: { ...nobody, agent: 'main' } }),
    skeleton(1, 2, { parentSpanId: span(1), own: { ...nobody, agent: 'sub' } }),
  ];
  await store.commit(batch(calls, spans));
  await store.close();
}

describe.each(storeKinds)('what charging once decided, in the views on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
    await fill(place);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  const rows = (sql: string): Promise<object[]> => place.database.query(sql);

  it('is the path of agents, always an array, the scope and the request id of a charged call', async () => {
    expect(await rows('select span_id, agent, agent_path, scope, request_id from tollgate.calls order by 1')).toEqual([
      { span_id: span(4), agent: 'sub', agent_path: ['sub', 'main'], scope: 'client', request_id: 'req_00000001' },
      { span_id: span(7), agent: 'alone', agent_path: ['alone'], scope: null, request_id: null },
      { span_id: span(8), agent: '(none)', agent_path: [], scope: null, request_id: null },
    ]);
  });

  it('adds up an agent with those below it: one call each', async () => {
    const sums = await rows(
      `select above.agent, sum(cost_usd)::text as cost_usd from tollgate.calls, unnest(agent_path) as above (agent) group by 1 order by 1`,
    );
    expect(sums).toEqual([
      { agent: 'alone', cost_usd: '0.003500000000000' },
      { agent: 'main', cost_usd: '0.003500000000000' },
      { agent: 'sub', cost_usd: '0.003500000000000' },
    ]);
  });

  it('is why a span is charged or not, and of a duplicate which copy is', async () => {
    const found = await rows(
      'select span_id, charge, charge_reason, duplicate_of_trace_id as trace, duplicate_of_span_id as span from tollgate.spans order by 1',
    );
    const none = { trace: null, span: null };
    const charged = { charge: 'charged', charge_reason: null, ...none };
    const copied = { charge: 'duplicate', trace: trace(1), span: span(4) };
    expect(found).toEqual([
      { span_id: span(1), charge: null, charge_reason: null, ...none },
      { span_id: span(2), charge: null, charge_reason: null, ...none },
      { span_id: span(3), ...copied, charge_reason: `nested ${trace(1)}/${span(4)}` },
      { span_id: span(4), ...charged },
      { span_id: span(5), ...copied, charge_reason: `same_provider_id ${trace(1)}/${span(4)}` },
      { span_id: span(6), charge: 'container', charge_reason: 'ai_sdk_outer', ...none },
      { span_id: span(7), ...charged },
      { span_id: span(8), ...charged },
    ]);
  });
});
