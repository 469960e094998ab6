import { expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { createStore } from '../../processor/store/createStore.ts';
import { TRACE_ROWS_MAX } from '../../processor/store/traceLimits.ts';
import { agentTotal, chat, plain } from '../charging/settle.ts';
import { openTestDatabase } from '../support/database.ts';
import { batch } from './samples.ts';

const DELAY_MS = 60_000;
const SPACING_MS = 100;

it('reads of a trace above its limit the neighbourhood: ancestors, copies and totals near what arrives', async () => {
  await using place = await openTestDatabase('postgres15');
  let nowMs = Date.UTC(2026, 10, 20, 12);
  const store = createStore(place.database, { settleDelayMs: DELAY_MS, nowMs: () => nowMs });
  const root = plain(1, { own: { user: 'u1' }, lasts: TRACE_ROWS_MAX * SPACING_MS });
  const agent = plain(2, { below: 1, own: { agent: 'bot' } });
  const filler = Array.from({ length: TRACE_ROWS_MAX }, (_, place_) =>
    plain(place_ + 100, { below: 2, from: place_ * SPACING_MS, lasts: 1 }),
  );
  const first = chat(3, { below: 2 }, { scope: 'sdk', responseId: 'chatcmpl-1' });
  await store.commit(batch([first], [root, agent, ...filler]));
  const isLarge = async () => (await place.database.query('select is_large from tollgate_data.traces'))[0];
  expect(await isLarge()).toEqual({ is_large: false });

  const late = { from: TRACE_ROWS_MAX * SPACING_MS };
  const far = chat(4, { below: 2, ...late }, { scope: 'sdk', responseId: 'chatcmpl-2' });
  await store.commit(batch([far]));
  expect(await isLarge()).toEqual({ is_large: true });
  await store.commit(
    batch([chat(5, { below: 2, ...late, lasts: 900 }, { scope: 'gateway', responseId: 'chatcmpl-2' })]),
  );
  await store.commit(batch([first, far], [root]));
  await store.commit(batch([agentTotal(6, { below: 2, from: 500_000, own: { agent: 'remote' } })]));
  await store.commit(batch([agentTotal(7, { below: 2, from: 600_000, own: { agent: 'local' } })]));
  await store.commit(batch([chat(8, { below: 7, from: 600_100 })]));
  nowMs += DELAY_MS;
  expect([await store.settle(), await store.settle()]).toEqual([1, 0]);

  const calls = await place.database.query(
    `select right(encode(span_id, 'hex'), 1) as span, charge, agent, user_id from tollgate_data.calls order by 1`,
  );
  expect(calls).toEqual([
    { span: '3', charge: 'charged', agent: 'bot', user_id: 'u1' },
    { span: '4', charge: 'charged', agent: 'bot', user_id: 'u1' },
    { span: '5', charge: 'duplicate', agent: 'bot', user_id: 'u1' },
    { span: '6', charge: 'charged', agent: 'remote', user_id: 'u1' },
    { span: '7', charge: 'container', agent: 'local', user_id: 'u1' },
    { span: '8', charge: 'charged', agent: 'local', user_id: 'u1' },
  ]);
  expect((await audit(place.database)).differences).toEqual([]);
  await store.close();
});
