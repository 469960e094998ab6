import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { createStore, type Store } from '../../processor/store/createStore.ts';
import { agentTotal, chat, plain } from '../charging/settle.ts';
import { openTestDatabase } from '../support/database.ts';
import { batch } from './samples.ts';

const DELAY_MS = 60_000;
const sdk = { scope: 'sdk', responseId: 'chatcmpl-123' };
const gateway = { scope: 'gateway', service: 'gateway', kind: 2, responseId: 'chatcmpl-123' } as const;

describe.each(['postgres15', 'embedded'] as const)('a trace that comes in parts, on %s', (kind) => {
  let place: Awaited<ReturnType<typeof openTestDatabase>>;
  let store: Store;
  let nowMs: number;
  let settled: { conflicts: number; redecided: number }[];

  beforeEach(async () => {
    place = await openTestDatabase(kind);
    nowMs = Date.UTC(2026, 10, 20, 12);
    settled = [];
    store = createStore(place.database, {
      settleDelayMs: DELAY_MS,
      nowMs: () => nowMs,
      onSettled: ({ conflicts, redecided }) => settled.push({ conflicts, redecided }),
    });
  });
  afterEach(async () => {
    await store.close();
    expect((await audit(place.database)).differences).toEqual([]);
    await place[Symbol.asyncDispose]();
  });

  const rows = (sql: string) => place.database.query<Record<string, unknown>>(sql);
  const calls = () =>
    rows(
      `select right(encode(span_id, 'hex'), 2) as span, charge, agent, user_id, agent_path from tollgate_data.calls order by 1`,
    );
  const ledger = () =>
    rows(
      `select right(encode(span_id, 'hex'), 2) as span, entry_no, reason, calls::int, agent, user_id from tollgate_data.ledger order by 1, 2`,
    );
  const booked = () =>
    rows(`select agent, calls::int, trim_scale(cost_usd)::text as cost_usd from tollgate_data.rollup_daily order by 1`);

  it('moves a charge to the agent whose span comes later, and books why', async () => {
    await store.commit(batch([chat(2, { below: 1 })]));
    await store.commit(batch([], [plain(1, { own: { agent: 'bot', user: 'u1' } })]));
    expect(await calls()).toEqual([{ span: '02', charge: 'charged', agent: 'bot', user_id: 'u1', agent_path: null }]);
    expect(await ledger()).toEqual([
      { span: '02', entry_no: 0, reason: 'charge', calls: 1, agent: '(none)', user_id: '(none)' },
      { span: '02', entry_no: 1, reason: 'attributed', calls: -1, agent: '(none)', user_id: '(none)' },
      { span: '02', entry_no: 2, reason: 'attributed', calls: 1, agent: 'bot', user_id: 'u1' },
    ]);
    expect(await booked()).toEqual([{ agent: 'bot', calls: 1, cost_usd: '0.0035' }]);
    expect(settled).toEqual([{ conflicts: 0, redecided: 1 }]);
  });

  it('heals step by step: the sub-agent comes before the agent above it, which comes before the root', async () => {
    await store.commit(batch([chat(4, { below: 3 })]));
    await store.commit(batch([], [plain(3, { below: 2, own: { agent: 'sub' } })]));
    await store.commit(batch([], [plain(2, { below: 1, own: { agent: 'main' } })]));
    await store.commit(batch([], [plain(1, { own: { user: 'u1' } })]));
    expect(await calls()).toEqual([
      { span: '04', charge: 'charged', agent: 'sub', user_id: 'u1', agent_path: ['sub', 'main'] },
    ]);
    // Each of the three moved something that is booked, but for the agent above, whom only the path names.
    expect((await ledger()).map(({ reason }) => reason)).toEqual([
      'charge',
      'attributed',
      'attributed',
      'attributed',
      'attributed',
    ]);
  });

  it('charges one of two copies, whichever comes first, in one trace and across traces', async () => {
    await store.commit(batch([chat(2, { from: 5, lasts: 990 }, gateway)]));
    await store.commit(batch([chat(1, {}, sdk)]));
    await store.commit(batch([chat(3, { trace: 2, from: 6, lasts: 980 }, { ...gateway, scope: 'broadcast' })]));
    expect((await calls()).map(({ span, charge }) => `${String(span)} ${String(charge)}`)).toEqual([
      '01 charged',
      '02 duplicate',
      '03 duplicate',
    ]);
    expect((await ledger()).map(({ span, reason, calls: sign }) => [span, reason, sign])).toEqual([
      ['01', 'charge', 1],
      ['02', 'charge', 1],
      ['02', 'merged', -1],
    ]);
    expect(await booked()).toEqual([{ agent: '(none)', calls: 1, cost_usd: '0.0035' }]);
  });

  it("moves a charge that stands in the gateway's trace when the application's root comes", async () => {
    await store.commit(batch([chat(2, { below: 1 }, { ...sdk, lossy: true })]));
    await store.commit(batch([chat(3, { trace: 2, from: 5, lasts: 990 }, gateway)]));
    await store.commit(batch([], [plain(1, { own: { agent: 'bot', user: 'u1' } })]));
    expect(await calls()).toEqual([
      { span: '02', charge: 'duplicate', agent: 'bot', user_id: 'u1', agent_path: null },
      { span: '03', charge: 'charged', agent: 'bot', user_id: 'u1', agent_path: null },
    ]);
    expect(await booked()).toEqual([{ agent: 'bot', calls: 1, cost_usd: '0.0035' }]);
  });

  it('leaves alone the other calls of a trace whose gateway writes a trace for each', async () => {
    const id = (number: number) => ({ responseId: `chatcmpl-${1000 + number}` });
    const client = (number: number) => chat(number, { from: number * 10 }, { ...sdk, ...id(number) });
    const served = (number: number) =>
      chat(100 + number, { trace: 100 + number, from: number * 10 }, { ...gateway, ...id(number) });
    for (const number of [2, 3, 4, 5]) await store.commit(batch([client(number), served(number)]));
    settled.length = 0;
    await store.commit(batch([client(6), served(6)]));
    expect(settled).toEqual([]);
    expect(await booked()).toEqual([{ agent: '(none)', calls: 5, cost_usd: '0.0175' }]);
  });

  it("takes apart what an id joined when it turns out to be an emitter's constant: with the 65th trace", async () => {
    const copy = (number: number) => chat(number, { trace: number }, { ...sdk, scope: `s${number}` });
    for (let number = 1; number <= 64; number += 1) await store.commit(batch([copy(number)]));
    expect((await booked()).map((row) => row['calls'])).toEqual([1]);
    await store.commit(batch([copy(65)]));
    await store.commit(batch([copy(66), copy(67)]));
    expect((await booked()).map((row) => row['calls'])).toEqual([67]);
    expect(settled.some(({ conflicts }) => conflicts === 64)).toBe(true);
  });

  it("charges an agent's total when the delay has passed, and takes it back when a call comes after all", async () => {
    await store.commit(batch([agentTotal(1, { own: { agent: 'remote' } })]));
    nowMs += DELAY_MS - 1;
    expect(await store.settle()).toBe(0);
    expect((await calls())[0]).toMatchObject({ charge: 'pending' });
    nowMs += 1;
    expect([await store.settle(), await store.settle()]).toEqual([1, 0]);
    expect(await booked()).toEqual([{ agent: 'remote', calls: 1, cost_usd: '0.0035' }]);
    await store.commit(batch([chat(2, { below: 1 })]));
    expect((await calls()).map(({ charge }) => charge)).toEqual(['container', 'charged']);
    expect((await ledger()).map(({ span, reason, calls: sign }) => [span, reason, sign])).toEqual([
      ['01', 'charge', 1],
      ['01', 'reversed', -1],
      ['02', 'charge', 1],
    ]);
    expect(await booked()).toEqual([{ agent: 'remote', calls: 1, cost_usd: '0.0035' }]);
  });

  it('keeps tenants apart, whatever ids they share', async () => {
    await store.commit(batch([chat(1, {}, sdk)], [], 'one'));
    await store.commit(batch([chat(2, { trace: 2, from: 5 }, gateway)], [plain(3)], 'two'));
    await store.commit(batch([], [plain(3, { own: { user: 'stranger' } })], 'three'));
    expect((await calls()).map(({ charge, user_id }) => [charge, user_id])).toEqual([
      ['charged', null],
      ['charged', null],
    ]);
  });

  it('has nothing to settle in a trace without calls, and finds its spans when a call comes', async () => {
    await store.commit(batch([], [plain(1, { own: { user: 'u1' } }), plain(2, { below: 1 })]));
    expect(await rows('select has_calls from tollgate_data.traces')).toEqual([{ has_calls: false }]);
    await store.commit(batch([chat(3, { below: 2 })]));
    expect((await calls())[0]).toMatchObject({ user_id: 'u1' });
  });
});
