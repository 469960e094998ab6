import { describe, expect, it } from 'vitest';
import { agentTotal, chat } from '../charging/settle.ts';
import { ago, budget, claimsOf, counted, reservationId, reserve } from '../store/gateIngest.ts';
import { call } from '../store/samples.ts';
import { totals } from '../store/totals.ts';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { type Books, openBooks, openBooksOn, told } from './books.ts';

/** Of 1,000 tokens of input and 100 of output: 0.0025 + 0.001 = 0.0035 USD. */
const known = { 'gpt-4o': [2.5, 10] } as const;
/** 0.005 + 0.002 = 0.007 USD. */
const double = { 'gpt-4o': [5, 20] } as const;
const answer = { responseId: 'chatcmpl-0123456789' };

async function charges({ database }: Books): Promise<string[]> {
  const rows = await database.query<{ said: string }>(
    `select concat_ws(' ', right(encode(trace_id, 'hex'), 1), right(encode(span_id, 'hex'), 1), charge, coalesce(trim_scale(cost_usd)::text, '-')) as said
from tollgate_data.calls order by trace_id, span_id`,
  );
  return rows.map(({ said }) => said);
}

describe.each(storeKinds)('repricing copies of one call on %s', { timeout: 120_000 }, (kind) => {
  it('prices all of them, in whatever traces, and books the charged one alone', async () => {
    await using books = await openBooks(kind);
    await books.commit([chat(1, {}, { scope: 'sdk', ...answer })]);
    await books.commit([
      chat(2, { trace: 2, from: 5, lasts: 900 }, { scope: 'gateway', service: 'gateway', ...answer }),
    ]);
    const [charged] = (await charges(books)).filter((each) => each.includes('charged'));
    await books.prices.set(known);
    expect(told(await books.reprice({ isDryRun: true }))).toEqual(['openai/gpt-4o: 1 +1 -0, 0 → 0.0035']);
    const { restated, ...report } = await books.reprice();
    expect([restated, ...told({ restated, ...report })]).toEqual([2, 'openai/gpt-4o: 1 +1 -0, 0 → 0.0035']);
    const after = await charges(books);
    expect(after.map((each) => each.split(' ').at(-1))).toEqual(['0.0035', '0.0035']);
    expect(after).toContain(charged?.replace(/-$/, '0.0035'));
    expect(await books.differences()).toEqual([]);
  });

  it('moves the charge to a copy that has a price where the charged one has none', async () => {
    await using books = await openBooks(kind);
    // Both are of one model family; the gateway's is the better copy by its usage.
    const named = { model: 'gpt-4o-2024-11-20', requestModel: 'gpt-4o' };
    await books.commit([
      chat(1, {}, { scope: 'gateway', ...answer, ...named }),
      chat(2, { below: 1, from: 5, lasts: 900 }, { scope: 'sdk', ...answer, lossy: true }),
    ]);
    expect(await charges(books)).toEqual(['1 1 charged -', '1 2 duplicate -']);
    await books.prices.set(known);
    const { total } = await books.reprice();
    expect([total.beforeFemtoUsd, total.afterFemtoUsd]).toEqual([0n, 3_500_000_000_000n]);
    expect(await charges(books)).toEqual(['1 1 duplicate -', '1 2 charged 0.0035']);
    expect(await books.differences()).toEqual([]);
    expect((await books.reprice()).restated).toBe(0);
  });

  it('prices a total that waits or contains others, which is not charged', async () => {
    await using books = await openBooks(kind, { list: known });
    await books.commit([agentTotal(1), chat(2, { below: 1 })]);
    await books.prices.set(double);
    expect(told(await books.reprice())).toEqual(['openai/gpt-4o: 1, 0.0035 → 0.007']);
    expect(await charges(books)).toEqual(['1 1 container 0.007', '1 2 charged 0.007']);
    expect(await books.differences()).toEqual([]);
  });

  it('takes fuller copies and late parents that come afterwards as they come', async () => {
    await using books = await openBooks(kind, { list: known });
    const child = chat(2, { below: 1 });
    await books.commit([child]);
    await books.prices.set(double);
    await books.reprice();
    await books.commit([child]);
    expect(await charges(books)).toEqual(['1 2 charged 0.007']);
    await books.commit([{ ...child, environment: 'prod', own: { ...child.own, session: 's1' } }]);
    await books.commit([agentTotal(1, { own: { agent: 'bot', user: 'u1' } })]);
    const reasons = await books.database.query(
      'select reason, count(*)::int as entries from tollgate_data.ledger group by reason order by reason',
    );
    expect(reasons).toEqual([
      { reason: 'attributed', entries: 2 },
      { reason: 'charge', entries: 1 },
      { reason: 'replaced', entries: 2 },
      { reason: 'repriced', entries: 2 },
    ]);
    expect(new Set(Object.values(await totals(books.database)).map(({ cost }) => cost))).toEqual(new Set(['0.007']));
    expect(await books.differences()).toEqual([]);
  });

  it('settles the reservation a call names by the new price', async () => {
    const budgets = [budget('all'), budget('assume', { unpriced: { kind: 'assume', femtoUsd: 10_000_000_000_000n } })];
    await using place = await openTestDatabase(kind);
    await reserve(place.database, 1);
    await using books = await openBooksOn(place.database, { budgets });
    await books.commit([call(1, 1, { ...ago(1000), reservationId: reservationId(1) })]);
    // One claim, of usage that is known, without a price.
    expect(await claimsOf(books.database)).toEqual({ 1: [1, 0, 1, '0', 1, 1100, 1] });
    await books.prices.set(known);
    await books.reprice();
    expect(await claimsOf(books.database)).toEqual({ 1: [1, 1, 0, '0.0035', 0, 1100, 1] });
    expect(await counted(books.database)).toEqual({ all: { spent: '0.0035' }, assume: { spent: '0.0035' } });
    expect(await books.differences()).toEqual([]);
    await books.prices.set(double);
    await books.reprice();
    expect(await claimsOf(books.database)).toEqual({ 1: [1, 1, 0, '0.007', 0, 1100, 1] });
    expect(await counted(books.database)).toEqual({ all: { spent: '0.007' }, assume: { spent: '0.007' } });
    expect(await books.differences()).toEqual([]);
  });
});
