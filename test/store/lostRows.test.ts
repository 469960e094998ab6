import { describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import { retain } from '../../processor/store/retain.ts';
import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import { agentTotal, chat, plain } from '../charging/settle.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { batch } from './samples.ts';

/** Milliseconds after the common start, 2026-11-20T10:00Z: the day after begins. */
const MIDNIGHT = 14 * 3_600_000;
const DAY = 86_400_000;
const id = { responseId: 'chatcmpl-123' };
const sdk = { ...id, scope: 'sdk', isEmitterKnown: true };
const gateway = { ...id, scope: 'gateway' };

interface Lives {
  readonly first: readonly [calls: readonly PricedCall[], spans?: readonly SpanSkeleton[]];
  readonly late: readonly [calls: readonly PricedCall[], spans?: readonly SpanSkeleton[]];
}

/** Books what comes first, closes 2026-11-20, books what comes late, and checks the books. */
async function live(database: Database, { first, late }: Lives) {
  const nowMs = Date.UTC(2026, 11, 2);
  const store = createStore(database, { settleDelayMs: 1000, nowMs: () => nowMs });
  await store.commit(batch(...first));
  const kinds: string[] = [];
  for await (const step of retain(database, { nowMs, retentionDays: 10 })) kinds.push(step.kind);
  expect(kinds).toContain('closed');
  await store.commit(batch(...late));
  await store.close();
  expect((await audit(database)).differences).toEqual([]);
  const calls = await database.query(
    `select right(encode(span_id, 'hex'), 2) as span, charge, agent, user_id, entry_count from tollgate_data.calls order by 1`,
  );
  const sums = await database.query(
    `select sum(calls)::int as calls, trim_scale(sum(cost_usd))::text as cost_usd from tollgate_data.rollup_daily`,
  );
  return { calls, sums };
}

describe.each(storeKinds)('a trace that crosses midnight, its first day closed, on %s', (kind) => {
  it('keeps what its root said when a late span says nothing of it, and takes what that says anew', async () => {
    await using place = await openTestDatabase(kind);
    const { calls, sums } = await live(place.database, {
      first: [
        [chat(2, { below: 1, from: MIDNIGHT }), chat(4, { below: 3, from: MIDNIGHT })],
        [plain(1, { lasts: MIDNIGHT + DAY, own: { agent: 'bot', user: 'u1' } })],
      ],
      late: [[], [plain(3, { below: 1, from: MIDNIGHT, own: { agent: 'sub-bot' } })]],
    });
    // Span 4 took agent and user from the only root while its parent was not there: one entry, and two for the move to sub-bot.
    expect(calls).toEqual([
      { span: '02', charge: 'charged', agent: 'bot', user_id: 'u1', entry_count: 1 },
      { span: '04', charge: 'charged', agent: 'sub-bot', user_id: 'u1', entry_count: 3 },
    ]);
    expect(sums).toEqual([{ calls: 2, cost_usd: '0.007' }]);
  });

  it('charges no copy of a call that was charged on the closed day, stored or late', async () => {
    await using place = await openTestDatabase(kind);
    const late = { ...gateway, scope: 'proxy' };
    const { calls, sums } = await live(place.database, {
      first: [[chat(1, { from: MIDNIGHT - 100 }, sdk), chat(2, { from: MIDNIGHT }, gateway)]],
      late: [[chat(3, { from: MIDNIGHT }, late)], [plain(9, { from: MIDNIGHT + DAY })]],
    });
    expect(calls).toEqual([
      { span: '02', charge: 'duplicate', agent: null, user_id: null, entry_count: 0 },
      { span: '03', charge: 'duplicate', agent: null, user_id: null, entry_count: 0 },
    ]);
    expect(sums).toEqual([{ calls: 1, cost_usd: '0.0035' }]);
  });

  it('charges no copy of it in another trace either', async () => {
    await using place = await openTestDatabase(kind);
    const { calls, sums } = await live(place.database, {
      first: [[chat(1, { trace: 1, from: MIDNIGHT - 100 }, sdk), chat(2, { trace: 2, from: MIDNIGHT }, gateway)]],
      late: [[chat(3, { trace: 2, from: MIDNIGHT + 1 }, { ...gateway, scope: 'proxy' })]],
    });
    expect(calls.map(({ span, charge }: { span?: string; charge?: string }) => [span, charge])).toEqual([
      ['02', 'duplicate'],
      ['03', 'duplicate'],
    ]);
    expect(sums).toEqual([{ calls: 1, cost_usd: '0.0035' }]);
  });

  it('charges no total over calls that are gone', async () => {
    await using place = await openTestDatabase(kind);
    const { calls, sums } = await live(place.database, {
      first: [[agentTotal(2, { from: MIDNIGHT }), chat(1, { below: 2, from: MIDNIGHT - 100 })]],
      late: [[chat(5, { from: MIDNIGHT + DAY })]],
    });
    expect(calls.map(({ span, charge }: { span?: string; charge?: string }) => [span, charge])).toEqual([
      ['02', 'container'],
      ['05', 'charged'],
    ]);
    // The call of the closed day and the late one.
    expect(sums).toEqual([{ calls: 2, cost_usd: '0.007' }]);
  });
});
