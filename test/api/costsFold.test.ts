import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { intervals, intervalStarts } from '../../processor/api/timeZone.ts';
import type { PricedCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import { emptyUsage, tokenTotals } from '../../src/usage.ts';
import { storeKinds } from '../support/database.ts';
import { aCall, costing, noSubject, openTestApi, type TestApi, unpriced } from './fill.ts';

/** Around the change to summer time in Berlin: 2026-03-29, 01:00 UTC. */
const BEGIN_MS = Date.parse('2026-03-26T00:00:00Z');
const LENGTH_MS = 6 * 86_400_000;
const CALLS = 600;
/** Half of all periods begin and end here: on the grain of some rollup or a zone's midnight. */
const edges = [0, 1, 18.25, 23, 24, 25, 47, 48, 71, 72, 73, 94, 95, 96, 118, 119, 120, 143, 144].map(
  (hour) => BEGIN_MS + hour * 3_600_000,
);

const dimensions = [
  'agent',
  'user',
  'session',
  'run',
  'model',
  'provider',
  'service',
  'operation',
  'environment',
  'endpoint',
  'tag.team',
] as const;
type DimensionName = (typeof dimensions)[number];

/** Few values each, so that groups hold several calls; one is hostile. */
const names = [null, 'a', `b,'"\\; drop table x --`];
const name = fc.constantFrom(...names);

const callArbitrary = fc.record({
  startMicros: fc.oneof(
    fc.integer({ min: 0, max: LENGTH_MS * 1000 - 1 }),
    fc.constantFrom(...edges.slice(0, -1)).map((ms) => (ms - BEGIN_MS) * 1000),
  ),
  femto: fc.oneof(fc.constant(null), fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 1000n })),
  tokens: fc.nat(1_000_000),
  isError: fc.boolean(),
  values: fc.tuple(name, name, name, name, name, name, name, name, name, name, name),
});

const calls: readonly PricedCall[] = fc
  .sample(callArbitrary, { numRuns: CALLS, seed: 20260329 })
  .map((drawn, index) => {
    const [agent, user, session, run, model, provider, service, operation, environment, endpoint, team] = drawn.values;
    return aCall(index + 1, {
      startUnixNano: (BigInt(BEGIN_MS) * 1000n + BigInt(drawn.startMicros)) * 1000n,
      status: drawn.isError ? 'error' : 'ok',
      usage: {
        ...emptyUsage,
        input_uncached: drawn.tokens,
        cache_read: drawn.tokens % 7,
        output: drawn.tokens % 1001,
        reasoning: drawn.tokens % 10,
      },
      price: drawn.femto === null ? unpriced : costing(formatUsd(drawn.femto)),
      own: { ...noSubject, agent, user, session, run, endpoint, tags: team === null ? {} : { team } },
      model,
      provider,
      service,
      operation,
      environment,
    });
  });

function valueOf(call: PricedCall, dimension: DimensionName): string {
  switch (dimension) {
    case 'run':
      return call.own.run ?? call.traceId;
    case 'agent':
    case 'user':
    case 'session':
    case 'endpoint':
      return call.own[dimension] ?? '(none)';
    case 'tag.team':
      return call.own.tags['team'] ?? '(none)';
    case 'model':
    case 'provider':
    case 'service':
    case 'operation':
    case 'environment':
      return call[dimension] ?? '(none)';
  }
}

/** The measures as the contract words them, added up call by call. */
function sumOf(chosen: readonly PricedCall[]): object {
  const sum = (of: (call: PricedCall) => number): number => chosen.reduce((total, call) => total + of(call), 0);
  const tokens = (key: keyof ReturnType<typeof tokenTotals>): number => sum((call) => tokenTotals(call.usage)[key]);
  const unpricedCalls = sum((call) => (call.price.status === 'unpriced' ? 1 : 0));
  const femto = chosen.reduce(
    (total, { price }) => total + (price.status === 'unpriced' ? 0n : price.costFemtoUsd),
    0n,
  );
  return {
    cost_usd: chosen.length > 0 && unpricedCalls === chosen.length ? null : formatUsd(femto),
    calls: chosen.length,
    unpriced_calls: unpricedCalls,
    error_calls: sum((call) => (call.status === 'error' ? 1 : 0)),
    input_tokens: tokens('inputTokens'),
    cache_read_tokens: tokens('cacheReadTokens'),
    cache_write_tokens: tokens('cacheWriteTokens'),
    output_tokens: tokens('outputTokens'),
    reasoning_tokens: tokens('reasoningTokens'),
    total_tokens: tokens('inputTokens') + tokens('outputTokens'),
  };
}

const escaped = (value: string): string => encodeURIComponent(value.replaceAll('\\', '\\\\').replaceAll(',', '\\,'));
const edge = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: BEGIN_MS, max: BEGIN_MS + LENGTH_MS }));

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
    await api.fill(calls);
    await api.fill(calls.slice(0, 10), [], 'other');
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('answers every question as a plain sum over the calls does, to the last digit', async () => {
    await fc.assert(
      fc.asyncProperty(questionArbitrary, (question) => answersAsTheFold(api, question)),
      { numRuns: kind === 'postgres18' ? 60 : 25 },
    );
  });
});
