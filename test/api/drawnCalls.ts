import fc from 'fast-check';
import type { PricedCall } from '../../src/call.ts';
import { formatUsd } from '../../src/money.ts';
import { emptyUsage, tokenTotals } from '../../src/usage.ts';
import { aCall, costing, noSubject, unpriced } from './fill.ts';

/** Around the change to summer time in Berlin: 2026-03-29, 01:00 UTC. */
const BEGIN_MS = Date.parse('2026-03-26T00:00:00Z');
const LENGTH_MS = 6 * 86_400_000;
const CALLS = 600;
/** Half of all periods begin and end here: on the grain of some rollup or a zone's midnight. */
const edges = [0, 1, 18.25, 23, 24, 25, 47, 48, 71, 72, 73, 94, 95, 96, 118, 119, 120, 143, 144].map(
  (hour) => BEGIN_MS + hour * 3_600_000,
);

export const dimensions = [
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
export const name = fc.constantFrom(...names);

const callArbitrary = fc.record({
  startMicros: fc.oneof(
    fc.integer({ min: 0, max: LENGTH_MS * 1000 - 1 }),
    fc.constantFrom(...edges.slice(0, -1)).map((ms) => (ms - BEGIN_MS) * 1000),
  ),
  femto: fc.oneof(fc.constant(null), fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.bigInt({ min: 0n, max: 1000n })),
  tokens: fc.nat(1_000_000),
  isError: fc.boolean(),
  isContainer: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 0),
  values: fc.tuple(name, name, name, name, name, name, name, name, name, name, name),
});

/** What is stored: containers too, which are never charged. */
export const stored: readonly PricedCall[] = fc
  .sample(callArbitrary, { numRuns: CALLS, seed: 20260329 })
  .map((drawn, index) => {
    const [agent, user, session, run, model, provider, service, operation, environment, endpoint, team] = drawn.values;
    return aCall(index + 1, {
      startUnixNano: (BigInt(BEGIN_MS) * 1000n + BigInt(drawn.startMicros)) * 1000n,
      ...(drawn.isContainer ? { role: 'container', containerRule: 'invoke_agent' } : {}),
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

/** What is charged, and so added up. */
export const calls: readonly PricedCall[] = stored.filter(({ role }) => role === 'call');

export function valueOf(call: PricedCall, dimension: DimensionName): string {
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
export function sumOf(chosen: readonly PricedCall[]): Record<string, unknown> {
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

/** As a filter's value is written in a query. */
export const escaped = (value: string): string =>
  encodeURIComponent(value.replaceAll('\\', '\\\\').replaceAll(',', '\\,'));

/** Where a period begins or ends, in epoch ms. */
export const edge = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: BEGIN_MS, max: BEGIN_MS + LENGTH_MS }));
