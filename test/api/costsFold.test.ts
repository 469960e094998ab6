import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intervals, intervalStarts } from '../../processor/api/timeZone.ts';
import type { PricedCall } from '../../src/call.ts';
import { storeKinds } from '../support/database.ts';
import { calls, dimensions, edge, escaped, name, stored, sumOf, valueOf } from './drawnCalls.ts';
import { openTestApi, type TestApi } from './fill.ts';

const questionArbitrary = fc.record({
  edges: fc.tuple(edge, edge).filter(([a, b]) => a !== b),
  groupBy: fc.subarray([...dimensions], { maxLength: 3 }),
  interval: fc.constantFrom(...intervals, null),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/St_Johns'),
  filter: fc.option(fc.tuple(fc.constantFrom(...dimensions), fc.uniqueArray(name, { minLength: 1, maxLength: 2 }))),
});
type Question = typeof questionArbitrary extends fc.Arbitrary<infer T> ? T : never;

async function answersAsTheFold(api: TestApi, question: Question): Promise<void> {
  const [fromMs = 0, toMs = 0] = [...question.edges].sort((a, b) => a - b);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const { groupBy, interval, zone, filter } = question;
  const filterValues = filter?.[1].map((value) => value ?? '(none)') ?? [];
  const parts = [
    `from=${iso(fromMs)}&to=${iso(toMs)}&timezone=${zone}&limit=1000`,
    ...(groupBy.length === 0 ? [] : [`group_by=${groupBy.join(',')}`]),
    ...(interval === null ? [] : [`interval=${interval}`]),
    ...(filter === null ? [] : [`${filter[0]}=${filterValues.map(escaped).join(',')}`]),
  ];
  const { status, body } = await api.get(`/api/v1/costs?${parts.join('&')}`);
  const chosen = calls.filter(
    (call) =>
      call.startUnixNano >= BigInt(fromMs) * 1_000_000n &&
      call.startUnixNano < BigInt(toMs) * 1_000_000n &&
      (filter === null || filterValues.includes(valueOf(call, filter[0]))),
  );
  const starts = interval === null ? [] : (intervalStarts(interval, zone, fromMs, toMs, 1e6) ?? []);
  const groups = new Map<string, PricedCall[]>();
  for (const call of chosen) {
    const key = JSON.stringify(groupBy.map((dimension) => valueOf(call, dimension)));
    groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  const lines = groupBy.length === 0 ? 1 : groups.size;
  if (starts.length * lines > 10_000) {
    expect([status, body.code]).toEqual([400, 'bad_parameter']);
    return;
  }
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body.totals).toEqual(sumOf(chosen));
  const named = (key: string): object =>
    Object.fromEntries(groupBy.map((dimension, index) => [dimension, JSON.parse(key)[index]]));
  const expected =
    groupBy.length === 0 ? [] : [...groups].map(([key, members]) => ({ ...named(key), ...sumOf(members) }));
  const share: unknown = expect.toSatisfy((found) => found === null || (found >= 0 && found <= 1));
  expect(sorted(body.groups)).toEqual(sorted(expected.map((group) => ({ ...group, share }))));
  const endOf = (index: number): number => starts[index + 1] ?? Infinity;
  const inInterval = (call: PricedCall, index: number): boolean => {
    const ms = Number(call.startUnixNano / 1_000_000n);
    return ms >= (starts[index] ?? 0) && ms < endOf(index);
  };
  const members = groupBy.length === 0 ? [['[]', chosen] as const] : [...groups];
  const points = starts.flatMap((start, index) =>
    members.map(([key, of]) => ({
      start: iso(start),
      ...named(key),
      ...sumOf(of.filter((call) => inInterval(call, index))),
    })),
  );
  expect(sorted(body.series)).toEqual(sorted(points));
}

/** Rows in an order that depends on their dimensions and start alone. */
const sorted = (rows: readonly object[]): object[] => {
  const keyOf = (row: Partial<Record<string, unknown>>): string =>
    ['start', ...dimensions].map((field) => JSON.stringify(row[field] ?? null)).join(' ');
  return [...rows].sort((a, b) =>
    keyOf(a as Partial<Record<string, unknown>>) < keyOf(b as Partial<Record<string, unknown>>) ? -1 : 1,
  );
};

describe.each(storeKinds)('GET /api/v1/costs on %s', (kind) => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi(kind);
    await api.fill(stored);
    await api.fill(stored.slice(0, 10), [], 'other');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('answers every question as a plain sum over the calls does, to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(questionArbitrary, (question) => answersAsTheFold(api, question)),
      { numRuns: kind === 'postgres18' ? 60 : 25 },
    );
  });
});
