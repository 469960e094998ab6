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
    replicas.at(0).gate.settle(tenant, id, { usage, model: null, final, serviceTier: null });
  const counted = () =>
    replicas.database.query<Counted>(
      `select budget.name as budget, key ->> 'user' as user, trim_scale(spent)::text as spent, trim_scale(reserved)::text as reserved, trim_scale(overrun)::text as overrun
from tollgate_data.counters join tollgate_data.budgets as budget using (budget_id) where counters.tenant = $1 order by 1, 2`,
      [tenant],
    );
  const calls = { name: 'calls', limit: { unit: 'calls', amount: 1n } } as const;

  it('a call without a known cost, whose reservation stays, is overrun', async () => {
    await begin(calls);
    const id = await ask({ call: { model: 'mystery' } });
    await send(spanOf(1, id, { model: 'mystery', requestModel: 'mystery', responseModel: 'mystery' }));
    console.log('unpriced', await counted());
  });

  it('a second call with the same reservation is overrun of calls', async () => {
    await begin(calls);
    const id = await ask();
    await send(spanOf(1, id));
    await send(spanOf(2, id));
    console.log('second', await counted());
  });

  it('a call of another user than was asked for', async () => {
    await begin({ name: 'users', per: ['user'], limit: { unit: 'calls', amount: 1n } });
    const id = await ask({ subject: { user: 'ann' } });
    const other = await ask({ subject: { user: 'bob' } });
    await send(spanOf(1, id, { own: { ...noSubject, user: 'bob' } }));
    console.log('moved', other, await counted());
  });

  it('equal costs of different tokens count the same in either order', async () => {
    const sums = [];
    for (const order of [
      [usageOf(400, 0), usageOf(0, 100)],
      [usageOf(0, 100), usageOf(400, 0)],
    ]) {
      await begin({ name: 'tokens', limit: { unit: 'tokens', amount: 100_000n } });
      const id = await ask();
      for (const usage of order) await settle(id, usage);
      sums.push(await counted());
    }
    console.log('ties', sums);
  });
});
