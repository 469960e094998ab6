import { describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import { createStore } from '../../processor/store/createStore.ts';
import type { Database } from '../../processor/store/database.ts';
import { firstDayKept, retain, type RetentionStep } from '../../processor/store/retain.ts';
import { selectPartitionDays } from '../../processor/store/statements/selectPartitionDays.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { batch, call, HOUR_NANO, nobody, skeleton, START_NANO, noCounters } from './samples.ts';
import { totals } from './totals.ts';

const DAY_NANO = 24n * HOUR_NANO;
const DAY_MS = 86_400_000;
const START_MS = Number(START_NANO / 1_000_000n);
/** 2026-11-20, the day of START_NANO, is the last that a retention of 10 days lets go of at this time. */
const CLOSED_MS = Date.UTC(2026, 11, 2);
const settings = { settleDelayMs: 1000, nowMs: () => START_MS };
/** Of a service that runs when the day is closed. */
const laterSettings = { settleDelayMs: 1000, nowMs: () => CLOSED_MS };

async function retainAt(database: Database, nowMs: number): Promise<RetentionStep[]> {
  const steps: RetentionStep[] = [];
  for await (const step of retain(database, { nowMs, retentionDays: 10 })) steps.push(step);
  return steps;
}

/** 2026-11-20 has two calls of `acme`, one of `globex` and a plain span, the day after one call of `acme`. */
async function fill(database: Database) {
  const store = createStore(database, settings);
  await store.commit(batch([call(1, 1), call(2, 2, { own: { ...nobody, agent: 'bot' } })], [skeleton(1, 9)], 'acme'));
  await store.commit(batch([call(3, 3)], [], 'globex'));
  await store.commit(batch([call(4, 4, { startUnixNano: START_NANO + DAY_NANO })], [], 'acme'));
  return store;
}

describe('the first day kept', () => {
  it('is the one that begins at most the retention and a day of grace before now', () => {
    // 2026-12-02 less 10 days is 2026-11-22; with the day of grace 2026-11-21 stays to its last millisecond.
    expect(firstDayKept(CLOSED_MS, 10)).toBe('2026-11-21');
    expect(firstDayKept(CLOSED_MS - 1, 10)).toBe('2026-11-20');
    expect(firstDayKept(CLOSED_MS + DAY_MS - 1, 10)).toBe('2026-11-21');
  });
});

describe.each(storeKinds)('retention on %s', (kind) => {
  it('drops a day whole, keeps what it came to, and the books close', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const store = await fill(database);
    const before = await totals(database);
    expect(await retainAt(database, CLOSED_MS - 1)).not.toContainEqual(expect.objectContaining({ kind: 'closed' }));
    expect(await selectPartitionDays(database)).toEqual(['2026-11-20', '2026-11-21']);

    const steps = await retainAt(database, CLOSED_MS);
    // 0.0035 USD a call.
    const balances = [
      { tenant: 'acme', entry_count: '2', call_count: '2', calls: '2', cost_usd: '0.007' },
      { tenant: 'globex', entry_count: '1', call_count: '1', calls: '1', cost_usd: '0.0035' },
    ];
    expect(steps.filter(({ kind: step }) => step === 'closed')).toEqual([
      { kind: 'closed', day: '2026-11-20', balances },
    ]);
    expect(await selectPartitionDays(database)).toEqual(['2026-11-21']);
    const after = await totals(database);
    expect(after).toEqual({ ...before, ledger: { calls: '1', cost: '0.0035' }, calls: { calls: '1', cost: '0.0035' } });
    expect(await audit(database)).toEqual({
      days: 2,
      closedDays: 1,
      ledgerEntries: 1,
      ...noCounters,
      differences: [],
      isCut: false,
    });
    const actions = await database.query(
      `select tenant, key_id, key_name, action, detail from tollgate_data.audit_log order by tenant`,
    );
    expect(actions).toEqual(
      balances.map(({ tenant, ...detail }) => ({
        tenant,
        key_id: null,
        key_name: 'tollgate',
        action: 'day.close',
        detail: { day: '2026-11-20', ...detail },
      })),
    );
    expect((await retainAt(database, CLOSED_MS)).length).toBe(0);
    await store.close();
  });

  it('refuses to begin a closed day anew, and says so to admission', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    await fill(database);
    const store = createStore(database, laterSettings);
    const other = createStore(database, laterSettings);
    await store.commit(batch([call(1, 1)], [], 'acme'));
    expect(store.closedBeforeMs()).toBe(0);
    await retainAt(database, CLOSED_MS);
    const late = batch([call(5, 5)], [], 'acme');
    const refused = { code: 'day_closed', retryAfterSeconds: 1 };
    // The one knows the day's partitions from before, the other has never asked.
    for (const each of [store, other]) {
      await expect(each.commit(late)).rejects.toMatchObject(refused);
      expect(each.closedBeforeMs()).toBe(Date.UTC(2026, 10, 21));
      await expect(each.commit(batch([call(1, 1)], [], 'acme'))).rejects.toMatchObject(refused);
      await expect(each.commit(batch([], [skeleton(5, 5)], 'acme'))).rejects.toMatchObject(refused);
    }
    // Of batches that go together only the one of the closed day fails.
    const open = { startUnixNano: START_NANO + DAY_NANO };
    const outcomes = await Promise.allSettled([store.commit(late), store.commit(batch([call(6, 6, open)]))]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect((await selectPartitionDays(database)).filter((day) => day < '2026-12-01')).toEqual(['2026-11-21']);
    expect((await audit(database)).differences).toEqual([]);
  });

  it('keeps a day whose books do not close, and closes the others', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const store = await fill(database);
    await database.query(`update tollgate_data.rollup_daily set cost_usd = cost_usd + 1 where tenant = 'globex'`);
    const steps = await retainAt(database, CLOSED_MS + DAY_MS);
    expect(steps).toMatchObject([
      { kind: 'kept', day: '2026-11-20', differences: [{ table: 'rollup_daily', key: { tenant: 'globex' } }] },
      { kind: 'closed', day: '2026-11-21' },
      { kind: 'deleted', rows: 0 },
    ]);
    expect(await selectPartitionDays(database)).toEqual(['2026-11-20']);
    // The day is still there: what comes again is known, not booked anew.
    const again = await store.commit(batch([call(1, 1)], [], 'acme'));
    expect(again.calls).toMatchObject([{ charge: 'charged', known: true }]);
  });

  it("keeps a day on which an agent's total waits for its delay", async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    let nowMs = START_MS;
    const store = createStore(database, { settleDelayMs: 1000, nowMs: () => nowMs });
    const total = call(1, 1, { operation: 'invoke_agent', role: 'container', containerRule: 'invoke_agent' });
    expect((await store.commit(batch([total]))).calls).toMatchObject([{ charge: 'pending', known: false }]);
    expect(await retainAt(database, CLOSED_MS)).toContainEqual({ kind: 'pending', day: '2026-11-20' });
    nowMs += 1000;
    expect(await store.settle()).toBe(1);
    const [closed] = await retainAt(database, CLOSED_MS);
    expect(closed).toMatchObject({ kind: 'closed', balances: [{ calls: '1', cost_usd: '0.0035' }] });
    expect((await audit(database)).differences).toEqual([]);
  });

  it('deletes the rows about traces and ids that ended before the first day kept, and no others', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const store = createStore(database, settings);
    const tomorrow = START_NANO + DAY_NANO;
    await store.commit(
      batch([
        call(1, 1, { responseId: 'resp_number_1' }),
        call(2, 2, { responseId: 'resp_number_2' }),
        call(2, 3, { responseId: 'resp_number_3', startUnixNano: tomorrow }),
        call(3, 4, { responseId: 'resp_number_4', startUnixNano: tomorrow }),
      ]),
    );
    const deleted = (await retainAt(database, CLOSED_MS)).filter(({ kind: step }) => step === 'deleted');
    // Trace 1 ended on the day that is closed; ids 1 and 2 were last seen on it.
    expect(deleted).toEqual([
      { kind: 'deleted', table: 'traces', rows: 1 },
      { kind: 'deleted', table: 'provider_ids', rows: 2 },
    ]);
    const traces = await database.query(`select encode(trace_id, 'hex') as id from tollgate_data.traces order by id`);
    expect(traces).toEqual([2, 3].map((number) => ({ id: String(number).padStart(32, '0') })));
    const [ids] = await database.query('select count(*)::int as count from tollgate_data.provider_ids');
    expect(ids).toEqual({ count: 2 });
    expect((await audit(database)).differences).toEqual([]);
  });
});
