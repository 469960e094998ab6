import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import type { PricedCall } from '../../src/call.ts';
import { openTestDatabase, storeKinds, type TestDatabase } from '../support/database.ts';
import {
  ago,
  budget,
  CALL_FEMTO,
  claimsOf,
  counted,
  FEMTO,
  openIngest,
  reservationId,
  reserve,
  type Reserved,
  reset,
} from './gateIngest.ts';
import { batch, call, nobody } from './samples.ts';

const all = budget('all');
const units = [
  all,
  budget('calls', { limit: { unit: 'calls', amount: 100n } }),
  budget('tokens', { limit: { unit: 'tokens', amount: 100_000n } }),
];
const assume = budget('assume', { unpriced: { kind: 'assume', femtoUsd: FEMTO / 100n } });
const noClaim = [0, 0, 0, '0', 0, 0, 0];
const oneExact = [1, 1, 0, '0.0035', 0, 1100, 1];
const oneInexact = [1, 0, 0, '0.0035', 0, 1100, 1];
const unpriced = { status: 'unpriced', reason: 'unknown_model' } as const;

describe.each(storeKinds)('a call that names its reservation, on %s', (kind) => {
  let place: TestDatabase;
  beforeAll(async () => {
    place = await openTestDatabase(kind);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  /** What is counted after these calls, each an export of its own; a reservation of 0.035 USD and 2,000 tokens is open. */
  async function after(calls: readonly PricedCall[], reserved: Partial<Reserved> = {}, budgets = units) {
    await reset(place.database);
    await reserve(place.database, 1, reserved);
    const { store, policies } = await openIngest(place.database, []);
    await policies.syncFile(budgets);
    const before = await counted(place.database);
    for (const each of calls) await store.commit(batch([each]));
    await store.close();
    expect((await audit(place.database)).differences).toEqual([]);
    return { before, counted: await counted(place.database), claims: await claimsOf(place.database) };
  }

  const named = (changes: Partial<PricedCall> = {}, span = 1): PricedCall =>
    call(1, span, { ...ago(1000), reservationId: reservationId(1), ...changes });

  it('is counted in its place, and without it as overrun', async () => {
    expect(await after([named()])).toEqual({
      before: { all: { reserved: '0.035' }, calls: { reserved: '1' }, tokens: { reserved: '2000' } },
      counted: { all: { spent: '0.0035' }, calls: { spent: '1' }, tokens: { spent: '1100' } },
      claims: { 1: oneExact },
    });
    expect(await after([named({ reservationId: null })])).toMatchObject({
      counted: { all: { spent: '0.0035', reserved: '0.035', overrun: '0.0035' } },
      claims: { 1: noClaim },
    });
  });

  it('has to be of its tenant, provider and model', async () => {
    const foreign = { counted: { all: { overrun: '0.0035', reserved: '0.035', spent: '0.0035' } } };
    for (const changes of [
      { provider: 'anthropic' },
      { requestModel: 'gpt-4o-mini', responseModel: 'gpt-4o-mini-2024-07-18' },
      { reservationId: reservationId(2) },
    ]) {
      expect(await after([named(changes)])).toMatchObject(foreign);
    }
    expect(await after([named()], { tenant: 'other' })).toMatchObject({ claims: { 1: noClaim } });
    const own = { counted: { all: { spent: '0.0035' } } };
    expect(await after([named({ requestModel: 'gpt-4o', responseModel: 'gpt-4o-2024-08-06' })])).toMatchObject(own);
    expect(await after([named({ requestModel: 'my-alias', responseModel: 'gpt-4o' })])).toMatchObject(own);
    // The client that asked did not say which provider.
    expect(await after([named()], { provider: null })).toMatchObject(own);
  });

  it('settles it only with what the provider reported, and all of it', async () => {
    // What the bound has beyond the estimate stays reserved: 0.035 − 0.0035.
    const partly = { counted: { all: { spent: '0.0035', reserved: '0.0315' } }, claims: { 1: oneInexact } };
    expect(await after([named({ usageSource: 'estimate' })])).toMatchObject(partly);
    expect(await after([named({ lossy: true })])).toMatchObject(partly);
  });

  it('counts once where nobody knows its cost, and its money stays reserved', async () => {
    // 2,000 tokens were reserved, of which the ledger counts 1,100.
    const once = { calls: { spent: '1' }, tokens: { spent: '1100', reserved: '900' } };
    expect(await after([named({ price: unpriced })])).toEqual({
      before: { all: { reserved: '0.035' }, calls: { reserved: '1' }, tokens: { reserved: '2000' } },
      counted: { all: { reserved: '0.035' }, ...once },
      claims: { 1: [1, 0, 1, '0', 1, 1100, 1] },
    });
    const assumed = await after([named({ price: unpriced })], {}, [assume]);
    // Nothing of the bound covers the assumed 0.01 USD.
    expect(assumed.counted).toEqual({ assume: { spent: '0.01', reserved: '0.035', overrun: '0.01' } });
    // Where the bound has no price either, the bound was that very amount.
    const unbound = await after([named({ price: unpriced })], { boundFemtoUsd: null }, [assume]);
    expect(unbound).toEqual({
      before: { assume: { reserved: '0.01' } },
      counted: { assume: { spent: '0.01' } },
      claims: { 1: [1, 1, 1, '0', 1, 1100, 1] },
    });
    expect(await after([named({ price: unpriced })], { rank: 2, settledFemtoUsd: CALL_FEMTO })).toMatchObject({
      counted: { all: { spent: '0.0035' }, calls: { spent: '1' }, tokens: { spent: '1100' } },
    });
  });

  it('frees the rest when a better copy has a price', async () => {
    const better = named({ environment: 'prod' });
    expect(await after([{ ...better, environment: null, price: unpriced }, better])).toMatchObject({
      counted: { all: { spent: '0.0035' }, calls: { spent: '1' }, tokens: { spent: '1100' } },
      claims: { 1: oneExact },
    });
  });

  it('is one call: a second one with the same reservation is overrun', async () => {
    expect(await after([named(), named({}, 2)])).toMatchObject({
      counted: {
        all: { spent: '0.007' },
        calls: { spent: '2', overrun: '1' },
        tokens: { spent: '2200', overrun: '200' },
      },
      claims: { 1: [2, 2, 0, '0.007', 0, 2200, 2] },
    });
  });

  it('is overrun beyond the bound', async () => {
    expect(await after([named()], { boundFemtoUsd: CALL_FEMTO - 500_000_000_000n })).toMatchObject({
      counted: { all: { spent: '0.0035', overrun: '0.0005' } },
    });
  });

  it('counts in the window of the decision', async () => {
    const monthBefore = Date.now() - 40 * 86_400_000;
    expect(await after([named()], { decidedMs: monthBefore })).toMatchObject({
      // Counting begins with the month in which the budget was made.
      counted: {},
      claims: { 1: oneExact },
    });
  });

  it('started no more than a day before it was decided', async () => {
    const day = 86_400_000;
    const claimed = async (ms: number) => (await after([named(ago(ms))])).claims;
    expect(await claimed(day - 60_000)).toEqual({ 1: oneExact });
    expect(await claimed(day + 60_000)).toEqual({ 1: noClaim });
  });

  it('gives it back when a better copy names none, and claims it when a better copy does', async () => {
    // Two facts more than the reservation's id is one.
    const one = named();
    const better = { ...one, reservationId: null, environment: 'prod', responseModel: 'gpt-4o' };
    expect(await after([one, better])).toMatchObject({
      counted: { all: { spent: '0.0035', overrun: '0.0035', reserved: '0.035' } },
      claims: { 1: noClaim },
    });
    expect(await after([{ ...one, reservationId: null }, one])).toMatchObject({
      counted: { all: { spent: '0.0035' } },
      claims: { 1: oneExact },
    });
  });
});

describe.each(storeKinds)('copies of a call on %s', (kind) => {
  const client = { scope: 'sdk', service: 'app', responseId: 'chatcmpl-1', ...ago(2000) };
  const gateway = { scope: 'gateway', service: 'gateway', responseId: 'chatcmpl-1', ...ago(1900) };
  const asked = call(1, 1, { ...client, reservationId: reservationId(1) });
  // The gateway's figures are charged: its emitter is known.
  const behind = call(2, 2, { ...gateway, isEmitterKnown: true, own: { ...nobody, agent: 'gateway' } });

  it('were admitted if one of them says so, whichever is charged and comes first', async () => {
    await using place = await openTestDatabase(kind);
    for (const calls of [
      [asked, behind],
      [behind, asked],
    ]) {
      await reset(place.database);
      await reserve(place.database, 1);
      const { store, policies } = await openIngest(place.database, []);
      await policies.syncFile([all]);
      for (const each of calls) await store.commit(batch([each]));
      await store.close();
      const charges = await place.database.query('select scope, charge from tollgate_data.calls order by scope');
      expect(charges).toEqual([
        { scope: 'gateway', charge: 'charged' },
        { scope: 'sdk', charge: 'duplicate' },
      ]);
      expect(await counted(place.database)).toEqual({ all: { spent: '0.0035' } });
      expect(await claimsOf(place.database)).toEqual({ 1: [2, 2, 0, '0.0035', 0, 1100, 1] });
      expect((await audit(place.database)).differences).toEqual([]);
    }
  });
});
