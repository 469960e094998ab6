import { expect, it } from 'vitest';
import { TRACE_ROWS_MAX } from '../../processor/store/traceLimits.ts';
import { agentTotal, chat, plain } from '../charging/settle.ts';
import { totals } from '../store/totals.ts';
import { openBooks, told } from './books.ts';

const SPACING_MS = 100;
const CALLS = 400;

it(
  'prices the calls of a trace that is too large to be read whole, a neighbourhood at a time',
  { timeout: 120_000 },
  async () => {
    await using books = await openBooks('postgres18', { list: { 'gpt-4o': [2.5, 10] } });
    const root = plain(1, { own: { user: 'u1' }, lasts: TRACE_ROWS_MAX * SPACING_MS });
    const filler = Array.from({ length: TRACE_ROWS_MAX }, (_, place) =>
      plain(place + 10_000, { below: 1, from: place * SPACING_MS, lasts: 1 }),
    );
    const calls = Array.from({ length: CALLS }, (_, place) => [
      agentTotal(3 * place + 2, { below: 1, from: place * 2500 }),
      chat(
        3 * place + 3,
        { below: 3 * place + 2, from: place * 2500 + 1 },
        { scope: 'sdk', responseId: `chatcmpl-${place}-0123` },
      ),
      chat(
        3 * place + 4,
        { below: 3 * place + 3, from: place * 2500 + 2, lasts: 900 },
        { scope: 'gateway', responseId: `chatcmpl-${place}-0123` },
      ),
    ]).flat();
    await books.commit(calls.slice(0, 300), [root, ...filler]);
    // It is found to be large when it is touched again.
    for (let from = 300; from < calls.length; from += 300) await books.commit(calls.slice(from, from + 300));
    const [trace] = await books.database.query('select is_large from tollgate_data.traces');
    expect(trace).toEqual({ is_large: true });
    await books.prices.set({ 'gpt-4o': [5, 20] });
    // 400 calls of 0.0035 USD and then of 0.007; each has a copy and is below a total.
    expect(told(await books.reprice())).toEqual(['openai/gpt-4o: 400, 1.4 → 2.8']);
    const sums = Object.values(await totals(books.database)).map(({ calls: count, cost }) => `${count} ${cost}`);
    expect(new Set(sums)).toEqual(new Set(['400 2.8']));
    expect(await books.differences()).toEqual([]);
    expect((await books.reprice()).restated).toBe(0);
  },
);
