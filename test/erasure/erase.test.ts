import { describe, expect, it } from 'vitest';
import { isErasedUser } from '../../src/attribution/erasedUser.ts';
import { storeKinds } from '../support/database.ts';
import { budget } from '../store/gateIngest.ts';
import { agentTotal, chat, plain } from '../charging/settle.ts';
import { placesOf, rowsOfOthers, strangeHashes, sumsWithoutUsers } from './dump.ts';
import { ADA, openErasing, TENANT, type Erasing } from './erasing.ts';

const budgets = [
  budget('all'),
  budget('by-user', { per: ['user'] }),
  budget('days', { per: ['user', 'agent'], window: { kind: 'day' }, limit: { unit: 'calls', amount: 1000n } }),
  budget('rolling', { per: ['user'], window: { kind: 'rolling', ms: 86_400_000 } }),
  budget('sessions', { per: ['user'], window: { kind: 'session' }, limit: { unit: 'tokens', amount: 10n ** 9n } }),
];

/** Calls of Ada and of Bob by every rule that tells a user, in traces of one of them and of both. */
async function fill(place: Erasing): Promise<void> {
  const resource = { resourceSubject: { ...chat(1).own, user: ADA } };
  // Said by the span, by a parent, by the root of a trace, by all of the trace, by the resource.
  await place.commit([chat(1, { trace: 1, own: { user: ADA, session: 's1', agent: 'bot' } })]);
  await place.commit([chat(2, { trace: 2, below: 1 })], [plain(1, { trace: 2, own: { user: ADA, session: 's1' } })]);
  await place.commit([chat(2, { trace: 3, below: 9 })], [plain(1, { trace: 3, own: { user: ADA } })]);
  await place.commit([
    chat(2, { trace: 4, below: 9 }),
    chat(3, { trace: 4, below: 8, from: 5000, own: { user: ADA } }),
  ]);
  await place.commit([chat(1, { trace: 5 }, resource)]);
  // A parent that comes late: the ledger has entries of nobody, which are booked back.
  await place.commit([chat(2, { trace: 6, below: 1, own: { session: 's2' } })]);
  await place.commit([], [plain(1, { trace: 6, own: { user: ADA } })]);
  // Two reports of one call, and a container.
  const id = { responseId: 'chatcmpl-00000001' };
  await place.commit([chat(1, { trace: 7, own: { user: ADA } }, { ...id, scope: 'sdk' })]);
  await place.commit([chat(2, { trace: 8 }, { ...id, scope: 'gateway', service: 'gateway', isEmitterKnown: true })]);
  await place.commit([agentTotal(1, { trace: 9, own: { user: ADA } }), chat(2, { trace: 9, below: 1 })]);
  // Bob's, alone and in a trace of both; and another tenant's Ada.
  await place.commit([chat(1, { trace: 10, own: { user: 'bob', session: 's1' } })]);
  await place.commit([
    chat(1, { trace: 11, own: { user: 'bob' } }),
    chat(2, { trace: 11, from: 9000, own: { user: ADA } }),
  ]);
}

describe.each(storeKinds)('an erasure on %s', { timeout: 300_000 }, (kind) => {
  it('leaves the id nowhere, all sums as they were, and the books closed', async () => {
    await using place = await openErasing(kind, { budgets });
    const { database } = place;
    await fill(place);
    expect(await place.differences()).toEqual([]);
    const sums = await sumsWithoutUsers(database);
    const others = await rowsOfOthers(database, TENANT, ADA);
    expect(await placesOf(database, ADA)).toEqual(
      expect.arrayContaining(['calls.own', 'calls.user_id', 'counters.key', 'ledger.user_id', 'spans.user_id']),
    );

    const { user, state, rows } = await place.erase();
    expect(place.faults).toEqual([]);
    expect(isErasedUser(user)).toBe(true);
    expect(state).toBe('done');
    // One of each trace from 1 to 8 and in 11, two in 4 and 9; the parents of 2, 3 and 6.
    expect(rows).toMatchObject({ calls: 12, spans: 3 });
    expect(await placesOf(database, ADA)).toEqual([]);
    expect(await strangeHashes(database)).toEqual([]);
    expect(await sumsWithoutUsers(database)).toEqual(sums);
    expect(await rowsOfOthers(database, TENANT, user)).toEqual(others);
    expect(await place.differences()).toEqual([]);
  });
});
