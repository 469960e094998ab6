import { expect, it } from 'vitest';
import { createStore } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import { migrate, migrations } from '../../processor/store/migrate.ts';
import { chat, plain } from '../charging/settle.ts';
import { openTestDatabase } from '../support/database.ts';
import { batch } from './samples.ts';

const START = '2026-11-20 10:00:00+00';
const id = (number: number, digits: number) => `decode('${number.toString(16).padStart(digits, '0')}', 'hex')`;

/** A call as the first two migrations store it: 1,000 in, 100 out, 0.0035 USD. */
async function oldCall(database: Database, trace: number, span: number, columns: Readonly<Record<string, string>>) {
  const all = {
    tenant: `'default'`,
    trace_id: id(trace, 32),
    span_id: id(span, 16),
    started_at: `'${START}'`,
    duration_nano: '1000000000',
    name: `'chat'`,
    kind: '3',
    status: `'ok'`,
    service: `'shop'`,
    operation: `'chat'`,
    provider: `'openai'`,
    model: `'gpt-4o'`,
    dialect: `'genai'`,
    run_id: `'${trace.toString(16).padStart(32, '0')}'`,
    input_uncached: '1000',
    output: '100',
    input_tokens: '1000',
    cache_read_tokens: '0',
    cache_write_tokens: '0',
    output_tokens: '100',
    reasoning_tokens: '0',
    cost_usd: '0.0035',
    cost_status: `'priced'`,
    charge: `'charged'`,
    completeness: '1',
    content_hash: `'\\x00'`,
    received_at: `'${START}'`,
    ...columns,
  };
  await database.query(
    `insert into tollgate_data.calls (${Object.keys(all).join(', ')}) values (${Object.values(all).join(', ')})`,
  );
}

it('takes over calls stored before traces were settled: their words, their ids, their bookings', async () => {
  await using place = await openTestDatabase('postgres15');
  const { database } = place;
  await database.query('drop schema tollgate cascade; drop schema tollgate_data cascade');
  await migrate(database, migrations.slice(0, 2));
  for (const table of ['spans', 'calls', 'ledger']) {
    await database.query(
      `create table tollgate_data.${table}_20261120 partition of tollgate_data.${table} for values from ('2026-11-20 00:00:00+00') to ('2026-11-21 00:00:00+00')`,
    );
  }
  await oldCall(database, 1, 2, {
    parent_span_id: id(1, 16),
    agent: `'own'`,
    agent_rule: `'span'`,
    response_id: `'chatcmpl-123'`,
  });
  await oldCall(database, 2, 3, { response_id: `'chatcmpl-123'` });
  await oldCall(database, 3, 4, {
    operation: `'invoke_agent'`,
    charge: `'container'`,
    charge_reason: `'gen_ai.operation.name=invoke_agent'`,
  });
  await database.query(`insert into tollgate_data.ledger
    select tenant, trace_id, span_id, started_at, 0, 'charge', received_at, coalesce(agent, '(none)'), '(none)', '(none)', run_id, model, provider,
      service, operation, '(none)', '(none)', 1, 0, 0, input_tokens, 0, 0, output_tokens, 0, duration_nano, cost_usd
    from tollgate_data.calls where charge = 'charged'`);
  await migrate(database);

  const state = await database.query(
    `select right(encode(span_id, 'hex'), 1) as span, role, entry_count, own ->> 'agent' as own_agent from tollgate_data.calls order by 1`,
  );
  expect(state).toEqual([
    { span: '2', role: 'call', entry_count: 1, own_agent: 'own' },
    { span: '3', role: 'call', entry_count: 1, own_agent: null },
    { span: '4', role: 'container', entry_count: 0, own_agent: null },
  ]);
  const traces = await database.query('select has_calls, is_linked from tollgate_data.traces order by trace_id');
  expect(traces).toEqual([
    { has_calls: true, is_linked: true },
    { has_calls: true, is_linked: true },
    { has_calls: true, is_linked: false },
  ]);

  const store = createStore(database, { settleDelayMs: 0 });
  await store.commit(batch([], [plain(1, { own: { agent: 'outer', user: 'u1' } })]));
  await store.commit(batch([chat(5, { trace: 4, from: 5 }, { responseId: 'chatcmpl-123', scope: 'gateway' })]));
  const calls = await database.query(
    `select right(encode(span_id, 'hex'), 1) as span, charge, agent, user_id, entry_count from tollgate_data.calls order by 1`,
  );
  // The two old calls name no scope, so nothing says that somebody else saw one call twice; the new one does.
  expect(calls).toEqual([
    { span: '2', charge: 'duplicate', agent: 'own', user_id: 'u1', entry_count: 4 },
    { span: '3', charge: 'charged', agent: null, user_id: null, entry_count: 1 },
    { span: '4', charge: 'container', agent: null, user_id: null, entry_count: 0 },
    { span: '5', charge: 'charged', agent: 'own', user_id: 'u1', entry_count: 1 },
  ]);
  await store.close();
});
