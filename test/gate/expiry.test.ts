import { describe, expect, it } from 'vitest';
import type { Gate } from '../../processor/gate/gate.ts';
import type { Database } from '../../processor/store/database.ts';
import { storeKinds } from '../support/database.ts';
import { ASKER, asking, counterOf, makeBudget, openGates, usageOf, usd } from './gates.ts';

/** As if all of it had been done that long ago. */
async function letPass(database: Database, seconds: number): Promise<void> {
  await database.query(`update tollgate_data.reservations set expires_at = expires_at - $1 * interval '1 second'`, [
    seconds,
  ]);
}

async function phases(database: Database): Promise<string[]> {
  const rows = await database.query<{ phase: string }>(
    'select phase from tollgate_data.reservations order by decided_at',
  );
  return rows.map(({ phase }) => phase);
}

const DAY_SECONDS = 86_400;
const TTL_SECONDS = 120;
const final = (output: number) => ({ usage: usageOf(output), model: null, final: true, serviceTier: null });

describe.each(storeKinds)('expiry on %s', (kind) => {
  it('ends what nobody settled or renewed in time, and nothing before it', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    await letPass(database, TTL_SECONDS - 10);
    expect(await gate.sweep()).toBe(0);
    await letPass(database, 10);
    expect(await gate.sweep()).toBe(1);
    expect(await gate.sweep()).toBe(0);
    expect(await phases(database)).toEqual(['presumed']);
  });

  it('presumes it spent for a day, and then gives it back and shows it', async () => {
    await using place = await openGates(kind, [makeBudget(), makeBudget({ name: 'release', lostCalls: 'release' })]);
    const { database, gates } = place;
    const [gate] = gates;
    await gate.decide(asking(), null);
    await letPass(database, TTL_SECONDS);
    await gate.sweep();
    expect(await counterOf(database)).toEqual({ spent: '0.0035', reserved: '0', overrun: '0', expired_unsettled: '0' });
    const givenBack = { spent: '0', reserved: '0', overrun: '0', expired_unsettled: '0.0035' };
    expect(await counterOf(database, 'release')).toEqual(givenBack);
    await letPass(database, DAY_SECONDS - 10);
    expect(await gate.sweep()).toBe(0);
    await letPass(database, 10);
    expect(await gate.sweep()).toBe(1);
    expect(await phases(database)).toEqual(['lapsed']);
    expect(await counterOf(database)).toEqual(givenBack);
    expect(await counterOf(database, 'release')).toEqual(givenBack);
  });

  it('takes a settlement that comes after it, also a day later', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const { database, gates } = place;
    const [gate] = gates;
    const { decisionId } = await gate.decide(asking(), null);
    await letPass(database, TTL_SECONDS + DAY_SECONDS);
    expect(await gate.sweep()).toBe(1);
    expect(await gate.sweep()).toBe(1);
    expect(await gate.settle(ASKER, decisionId, final(50))).toEqual({ costFemtoUsd: usd('0.003') });
    expect(await counterOf(database)).toMatchObject({ spent: '0.003', reserved: '0', expired_unsettled: '0' });
    expect(await gate.sweep()).toBe(0);
  });

  it('leaves alone what is settled, and gives back the rest of what was settled in part', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const { database, gates } = place;
    const [gate] = gates;
    const one = await gate.decide(asking(), null);
    const other = await gate.decide(asking(), null);
    await gate.settle(ASKER, one.decisionId, final(100));
    await gate.settle(ASKER, other.decisionId, { ...final(10), final: false });
    expect(await counterOf(database)).toMatchObject({ spent: '0.0061', reserved: '0.0009' });
    await letPass(database, TTL_SECONDS);
    expect(await gate.sweep()).toBe(1);
    expect(await counterOf(database)).toMatchObject({ spent: '0.0061', reserved: '0', expired_unsettled: '0' });
  });

  it('is put off by a renewal, again and again', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const { database, gates } = place;
    const [gate] = gates;
    const { decisionId, expiresAtMicros } = await gate.decide(asking(), null);
    for (let third = 0; third < 4; third += 1) {
      await letPass(database, 100);
      const { renewed, ended } = await gate.renew(ASKER, [decisionId]);
      expect(ended).toEqual([]);
      expect(renewed.map(({ id }) => id)).toEqual([decisionId]);
      expect(renewed[0]?.expiresAtMicros).toBeGreaterThanOrEqual(expiresAtMicros ?? Infinity);
      expect((await gate.find(ASKER, decisionId))?.expiresAtMicros).toBe(renewed[0]?.expiresAtMicros);
      expect(await gate.sweep()).toBe(0);
    }
    expect(await counterOf(database)).toMatchObject({ spent: '0', reserved: '0.0035' });
  });

  it('answers a renewal with those that have ended', async () => {
    await using place = await openGates(kind, [makeBudget()]);
    const { database, gates } = place;
    const [gate] = gates;
    const expired = await decided(gate);
    await letPass(database, TTL_SECONDS);
    await gate.sweep();
    const [settled, released, living] = [await decided(gate), await decided(gate), await decided(gate)];
    await gate.settle(ASKER, settled, final(10));
    await gate.settle(ASKER, released, { released: true });
    const unknown = '01890a5d-ac96-774b-bcce-b302099a8057';
    const { renewed, ended } = await gate.renew(ASKER, [expired, settled, living, released, unknown, 'x', living]);
    expect(renewed.map(({ id }) => id)).toEqual([living]);
    expect(new Set(ended)).toEqual(new Set([expired, settled, released, unknown, 'x']));
    // A reservation that has expired is not brought back.
    expect(await phases(database)).toEqual(['presumed', 'open', 'released', 'open']);
  });

  it('is done in bounded steps until none is left', async () => {
    await using place = await openGates(kind, [makeBudget({ limit: { unit: 'usd', amount: usd('10') } })], {
      count: 2,
    });
    const { database, gates } = place;
    const [gate, other = gate] = gates;
    await Promise.all(Array.from({ length: 700 }, () => gate.decide(asking(), null)));
    await letPass(database, TTL_SECONDS);
    let ended = 0;
    for (let step = 0; step < 10; step += 1) {
      // Two replicas at once end none twice.
      const both = await Promise.all([gate.sweep(), other.sweep()]);
      for (const count of both) {
        expect(count).toBeLessThanOrEqual(500);
        ended += count;
      }
    }
    expect(ended).toBe(700);
    // 700 × 0.0035.
    expect(await counterOf(database)).toMatchObject({ spent: '2.45', reserved: '0' });
  });
});

async function decided(gate: Gate): Promise<string> {
  return (await gate.decide(asking(), null)).decisionId;
}
