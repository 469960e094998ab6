import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PricedCall } from '../../../src/call.ts';
import { emptyUsage, type Usage } from '../../../src/usage.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { plainCall } from '../../support/llmCall.ts';
import { asking, makeBudget, nobody, type AskedParts } from '../../gate/gates.ts';
import { noSubject } from '../../../src/attribution/subject.ts';
import { pricing, Replicas } from './replicas.ts';

interface Counted {
  readonly budget: string;
  readonly user: string | null;
  readonly spent: string;
  readonly reserved: string;
  readonly overrun: string;
}

describe('sequences that the simulation found or was made for', () => {
  let place: TestDatabase;
  let replicas: Replicas;
  let cases = 0;
  let tenant = '';
  beforeAll(async () => {
    place = await openTestDatabase('embedded');
    replicas = await Replicas.open(place);
  });
  afterAll(async () => {
    await replicas.close();
    await place[Symbol.asyncDispose]();
  });

  async function begin(...budgets: readonly Parameters<typeof makeBudget>[0][]): Promise<void> {
    cases += 1;
    tenant = `sequence${cases}`;
    for (const budget of budgets) await replicas.at(0).policies.put(tenant, makeBudget(budget), nobody);
  }
  async function ask(parts: AskedParts = {}): Promise<string> {
    const { decisionId, effect } = await replicas.at(0).gate.decide({ ...asking(parts), tenant }, null);
    expect(effect).toBe('allow');
    return decisionId;
  }
  const usageOf = (input: number, output: number): Usage => ({ ...emptyUsage, input_uncached: input, output });
  function spanOf(number: number, reservationId: string | null, changes: Partial<PricedCall> = {}): PricedCall {
    return pricing.price({
      ...plainCall,
      traceId: number.toString(16).padStart(32, '0'),
      startUnixNano: BigInt(Date.now()) * 1_000_000n,
      usage: usageOf(1000, 100),
      reservationId,
      ...changes,
    });
  }
  const send = (...calls: readonly PricedCall[]) =>
    replicas.at(0).store.commit({ tenant, keyAgent: null, calls, spans: [] });
  const settle = (id: string, usage: Usage, final = true) =>
    replicas.at(0).gate.settle({ tenant, agent: null }, id, { usage, model: null, final, serviceTier: null });
  const counted = () =>
    replicas.database.query<Counted>(
      `select budget.name as budget, key ->> 'user' as user, trim_scale(spent)::text as spent, trim_scale(reserved)::text as reserved, trim_scale(overrun)::text as overrun
from tollgate_data.counters join tollgate_data.budgets as budget using (budget_id) where counters.tenant = $1 order by 1, 2`,
      [tenant],
    );
  const calls = { name: 'calls', limit: { unit: 'calls', amount: 1n } } as const;

  const isShown = async (): Promise<void> => {
    for (const { spent, reserved, overrun } of await counted())
      expect(Number(spent) + Number(reserved) - Number(overrun)).toBeLessThanOrEqual(1);
  };
  const isNotToldApart = async (): Promise<void> => {
    const above = (await counted()).filter(
      ({ spent, reserved, overrun }) => Number(spent) + Number(reserved) - Number(overrun) > 1,
    );
    expect(above).toHaveLength(1);
  };
  const expire = async (id: string): Promise<void> => {
    await replicas.database.query(
      `update tollgate_data.reservations set expires_at = clock_timestamp() - interval '1 second' where tenant = $1 and id = $2`,
      [tenant, id],
    );
    while ((await replicas.at(0).gate.sweep()) > 0);
  };
  const mystery = { model: 'mystery', requestModel: 'mystery', responseModel: 'mystery' };
  /** 100,000 tokens in and 75,000 out are 0.25 + 0.75 = 1 USD: all of the limit. */
  const whole = { call: { inputTokens: 100_000, maxOutputTokens: 75_000 } };

  describe('above the limit, what is above is overrun', () => {
    it('a call of unknown cost: 1 call of 1', async () => {
      await begin(calls);
      const id = await ask({ call: { model: 'mystery' } });
      await send(spanOf(1, id, mystery));
      await isShown();
    });

    it('a second call under one reservation: 2 calls of 1', async () => {
      await begin(calls);
      const id = await ask();
      await send(spanOf(1, id), spanOf(2, id));
      await isShown();
    });
  });

  describe('above the limit, spent and not told apart as overrun', () => {
    it('a call that its span says to be of another user than was asked for: 1 + 1 calls of 1', async () => {
      await begin({ ...calls, per: ['user'] });
      const id = await ask({ subject: { user: 'ann' } });
      await ask({ subject: { user: 'bob' } });
      await send(spanOf(1, id, { own: { ...noSubject, user: 'bob' } }));
      await isNotToldApart();
    });

    it('a call of a budget that matches the answering model alone: 1 + 1 calls of 1', async () => {
      await begin({ ...calls, match: { model: 'gpt-4o-2024*' } });
      const id = await ask();
      await ask({ call: { model: 'gpt-4o-2024-08-06' } });
      await send(spanOf(1, id, { responseModel: 'gpt-4o-2024-08-06', model: 'gpt-4o-2024-08-06' }));
      await isNotToldApart();
    });

    it('a partial settlement that comes after lost_calls: release gave all back: 0.35 + 1 USD of 1', async () => {
      await begin({ lostCalls: 'release' });
      const id = await ask(whole);
      await expire(id);
      await ask(whole);
      // 0.25 + 0.1 USD.
      await settle(id, usageOf(100_000, 10_000), false);
      await isNotToldApart();
    });

    it('an exact settlement after a partial one and the expiry gave the rest back: 1 + 0.5 USD of 1', async () => {
      await begin({ lostCalls: 'presume' });
      const id = await ask(whole);
      await settle(id, usageOf(100_000, 10_000), false);
      await expire(id);
      // 0.25 + 0.25 USD in the 0.65 that are left.
      await ask({ call: { inputTokens: 100_000, maxOutputTokens: 25_000 } });
      await settle(id, usageOf(100_000, 75_000));
      await isNotToldApart();
    });
  });

  it('above the limit, what is above is overrun: an exact span larger than the final settlement: 1 + 0.65 USD of 1', async () => {
    await begin({});
    const id = await ask(whole);
    await settle(id, usageOf(100_000, 10_000));
    // 0.25 + 0.4 USD in the 0.65 that were given back.
    await ask({ call: { inputTokens: 100_000, maxOutputTokens: 40_000 } });
    await send(spanOf(1, id, { usage: usageOf(100_000, 75_000) }));
    await isShown();
  });

  it('equal costs of different tokens count the same in either order', async () => {
    // 400 in and 100 out both cost 0.001 USD.
    for (const order of [
      [usageOf(400, 0), usageOf(0, 100)],
      [usageOf(0, 100), usageOf(400, 0)],
    ]) {
      await begin({ limit: { unit: 'tokens', amount: 100_000n } });
      const id = await ask();
      for (const usage of order) await settle(id, usage);
      expect(await counted()).toMatchObject([{ spent: '400', reserved: '0' }]);
    }
  });

  describe('the holes of a gate', () => {
    it('a call that was released and made all the same is charged, and overrun', async () => {
      await begin({});
      const id = await ask(whole);
      await replicas.at(0).gate.settle({ tenant, agent: null }, id, { released: true });
      await ask(whole);
      await settle(id, usageOf(100_000, 10_000));
      expect(await counted()).toMatchObject([{ spent: '0.35', reserved: '1', overrun: '0.35' }]);
    });

    it('a partial settlement and an estimated span keep the rest reserved, an exact one gives it back', async () => {
      await begin({});
      const id = await ask(whole);
      await settle(id, usageOf(100_000, 10_000), false);
      expect(await counted()).toMatchObject([{ spent: '0.35', reserved: '0.65', overrun: '0' }]);
      // 0.25 + 0.2 USD, as the emitter guesses.
      await send(spanOf(1, id, { usage: usageOf(100_000, 20_000), usageSource: 'estimate' }));
      expect(await counted()).toMatchObject([{ spent: '0.45', reserved: '0.55', overrun: '0' }]);
      await settle(id, usageOf(100_000, 20_000));
      expect(await counted()).toMatchObject([{ spent: '0.45', reserved: '0', overrun: '0' }]);
    });

    it('an expired reservation is presumed spent; what comes after lost_calls: release is overrun; a renewed one lives', async () => {
      for (const [lostCalls, spent] of [
        ['presume', '1'],
        ['release', '0'],
      ] as const) {
        await begin({ lostCalls });
        const id = await ask(whole);
        await expire(id);
        expect(await counted()).toMatchObject([{ spent, reserved: '0', overrun: '0' }]);
        await settle(id, usageOf(100_000, 10_000));
        expect(await counted()).toMatchObject([
          { spent: '0.35', reserved: '0', overrun: lostCalls === 'release' ? '0.35' : '0' },
        ]);
      }
      await begin({});
      const id = await ask(whole);
      const expiring = (when: string) =>
        replicas.database.query(`update tollgate_data.reservations set expires_at = ${when} where tenant = $1`, [
          tenant,
        ]);
      await expiring(`clock_timestamp() + interval '30 seconds'`);
      expect((await replicas.at(0).gate.renew({ tenant, agent: null }, [id])).ended).toEqual([]);
      // As after 31 s, of which it would not have lived the last; renewed, it lives for 120.
      await expiring(`expires_at - interval '31 seconds'`);
      while ((await replicas.at(0).gate.sweep()) > 0);
      expect(await counted()).toMatchObject([{ spent: '0', reserved: '1' }]);
    });
  });
});
