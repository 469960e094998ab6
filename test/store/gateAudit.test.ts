import { describe, expect, it } from 'vitest';
import { checkAccounts } from '../../processor/commands/audit.ts';
import { audit } from '../../processor/store/audit.ts';
import type { Database } from '../../processor/store/database.ts';
import { retain } from '../../processor/store/retain.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { ago, budget, counted, openIngest, reserve } from './gateIngest.ts';
import { batch, call, nobody } from './samples.ts';

const DAY_MS = 86_400_000;
const rolling = { kind: 'rolling', ms: 7 * DAY_MS } as const;

/** Ten calls of 0.0035 USD of now, by two users, and a reservation of 0.035 USD. */
async function fill(database: Database): Promise<void> {
  const { store } = await openIngest(database, [
    budget('all', { window: rolling }),
    budget('users', { per: ['user'], limit: { unit: 'calls', amount: 100n } }),
  ]);
  const calls = Array.from({ length: 10 }, (_, number) =>
    call(number, 1, { ...ago(1000), own: { ...nobody, user: number < 3 ? 'u1' : 'u2' } }),
  );
  await store.commit(batch(calls));
  await store.close();
}

const command = (database: Database) =>
  checkAccounts({ database, now: () => new Date(), keysChanged: () => undefined } as Parameters<
    typeof checkAccounts
  >[0]);

describe.each(storeKinds)('the audit of counters on %s', (kind) => {
  it('finds what is not the sum of calls and reservations, and what is missing', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    await fill(database);
    expect(await audit(database)).toMatchObject({ counters: 3, skippedCounters: 0, differences: [] });
    expect((await command(database)).lines[0]).toMatch(
      /: 10 ledger entries of 1 days, 3 counters of budgets, no difference\.$/,
    );

    await database.query(`update tollgate_data.counters set spent = spent + 1 where key = '{"user": "u1"}'`);
    await database.query(`delete from tollgate_data.counters where key = '{"user": "u2"}'`);
    await database.query('update tollgate_data.counter_buckets set spent = 0');
    const { differences } = await audit(database);
    const month = `${new Date().toISOString().slice(0, 7)}-01T00:00:00.000Z`;
    const sevenCalls = { spent: '7', reserved: '0', overrun: '7', expired_unsettled: '0' };
    expect(differences).toEqual([
      {
        table: 'counters',
        key: { tenant: 'default', budget: 'users', window_start: month, user: 'u1' },
        expected: { ...sevenCalls, spent: '3', overrun: '3' },
        found: { ...sevenCalls, spent: '4', overrun: '3' },
      },
      {
        table: 'counters',
        key: { tenant: 'default', budget: 'users', window_start: month, user: 'u2' },
        expected: sevenCalls,
        found: null,
      },
    ]);
    expect((await command(database)).ok).toBe(false);
  });

  it('has reservations in it, whose claims have to be those of the calls', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const reservationId = await reserve(database, 1);
    const { store } = await openIngest(database, [budget('all', { window: rolling })]);
    await store.commit(batch([call(1, 1, { ...ago(1000), reservationId })]));
    await store.close();
    expect(await counted(database)).toEqual({ all: { spent: '0.0035' } });
    expect((await audit(database)).differences).toEqual([]);
    await database.query('update tollgate_data.reservations set claims = 0, exact_claims = 0');
    const [claims, counter] = (await audit(database)).differences;
    expect(counter).toMatchObject({ table: 'counters', expected: { reserved: '0.035' }, found: { reserved: '0' } });
    expect(claims).toMatchObject({ table: 'reservations', expected: { claims: '1' }, found: { claims: '0' } });
  });

  it('leaves out counters that counted calls of days that are dropped', async () => {
    await using place = await openTestDatabase(kind);
    const { database } = place;
    const { store } = await openIngest(database, [
      budget('month', { window: { kind: 'rolling', ms: 30 * DAY_MS } }),
      budget('runs', { window: { kind: 'run' } }),
      budget('today', { window: { kind: 'rolling', ms: DAY_MS / 24 } }),
    ]);
    await store.commit(batch([call(1, 1, ago(10 * DAY_MS)), call(2, 1, ago(1000))]));
    await store.close();
    expect(await audit(database)).toMatchObject({ counters: 4, skippedCounters: 0, differences: [] });
    for await (const step of retain(database, { nowMs: Date.now(), retentionDays: 3 })) {
      expect(step.kind).not.toBe('kept');
    }
    // The runs' counters began 30 days before the budget was made.
    expect(await audit(database)).toMatchObject({ closedDays: 1, counters: 1, skippedCounters: 3, differences: [] });
    expect((await command(database)).lines[0]).toContain('1 counters of budgets (3 more have counted');
    expect(await counted(database)).toMatchObject({ month: { spent: '0.007' } });
  });
});
