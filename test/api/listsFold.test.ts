import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowSorts } from '../../processor/api/rowsStatement.ts';
import type { PricedCall } from '../../src/call.ts';
import { storeKinds } from '../support/database.ts';
import { calls, dimensions, edge, escaped, name, stored, sumOf, valueOf } from './drawnCalls.ts';
import { openTestApi, type TestApi } from './fill.ts';

const lists = { models: 'model', agents: 'agent', users: 'user', sessions: 'session', runs: 'run' } as const;

const questionArbitrary = fc.record({
  edges: fc.tuple(edge, edge).filter(([a, b]) => a !== b),
  list: fc.constantFrom('models', 'agents', 'users', 'sessions', 'runs'),
  filter: fc.option(fc.tuple(fc.constantFrom(...dimensions), name)),
  sort: fc.constantFrom(...rowSorts),
  descending: fc.boolean(),
});
type Question = typeof questionArbitrary extends fc.Arbitrary<infer T> ? T : never;

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const isoOf = (call: PricedCall): string => {
  const micros = call.startUnixNano / 1000n;
  const below = (micros % 1000n).toString().padStart(3, '0');
  const iso = new Date(Number(micros / 1000n)).toISOString();
  return below === '000' ? iso : `${iso.slice(0, -1)}${below}Z`;
};

/** A list's row as the contract words it. */
function rowOf(id: string, members: readonly PricedCall[]): Record<string, unknown> {
  const names = (dimension: 'agent' | 'model' | 'run'): string[] =>
    [...new Set(members.map((call) => valueOf(call, dimension)))].sort(compareBytes);
  const starts = [...members].sort((a, b) => Number(a.startUnixNano - b.startUnixNano)).map(isoOf);
  const { cost_usd, calls: count, total_tokens } = sumOf(members);
  return {
    id,
    cost_usd,
    calls: count,
    run_count: names('run').length,
    total_tokens,
    total_duration_seconds: expect.closeTo(members.length * 1.5, 9),
    first_seen: starts[0],
    last_seen: starts.at(-1),
    agents: names('agent'),
    models: names('model'),
  };
}

async function listsAsTheFold(api: TestApi, { edges, list, filter, sort, descending }: Question): Promise<void> {
  const [fromMs = 0, toMs = 0] = [...edges].sort((a, b) => a - b);
  const value = filter?.[1] ?? '(none)';
  const query = [
    `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}&limit=1000`,
    `sort=${descending ? '-' : ''}${sort}`,
    ...(filter === null ? [] : [`${filter[0]}=${escaped(value)}`]),
  ].join('&');
  const chosen = calls.filter(
    (call) =>
      call.startUnixNano >= BigInt(fromMs) * 1_000_000n &&
      call.startUnixNano < BigInt(toMs) * 1_000_000n &&
      (filter === null || valueOf(call, filter[0]) === value),
  );
  const ids = [...new Set(chosen.map((call) => valueOf(call, lists[list])))].sort(compareBytes);
  const expected = ids.map((id) =>
    rowOf(
      id,
      chosen.filter((call) => valueOf(call, lists[list]) === id),
    ),
  );
  const { status, body } = await api.get(`/api/v1/${list}?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  const byId = [...body.items].sort((a: { id: string }, b: { id: string }) => compareBytes(a.id, b.id));
  expect(byId).toEqual(expected);
}

describe.each(storeKinds)('lists on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill(stored);
    await api.fill(stored.slice(0, 10), [], 'other');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('give the rows that a plain grouping of the calls gives, to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(questionArbitrary, (question) => listsAsTheFold(api, question)),
      { numRuns: kind === 'postgres18' ? 60 : 25 },
    );
  });
});
