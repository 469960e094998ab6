import fc from 'fast-check';
import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import type { Budget } from '../../src/policy/budget.ts';
import { agentTotal, chat, plain, spanId } from '../charging/settle.ts';
import { ago, budget, CALL_FEMTO, FEMTO, type Reserved, reservationId } from './gateIngest.ts';

/** One span of an export. */
export type Item = { readonly call: PricedCall } | { readonly span: SpanSkeleton };

export interface Scenario {
  readonly items: readonly Item[];
  readonly reservations: readonly Partial<Reserved>[];
}

const HOUR_MS = 3_600_000;

/** Every unit and rule that a posting may be counted by; no window that is likely to end while the test runs. */
export const budgets: readonly Budget[] = [
  budget('all'),
  budget('by-model', { per: ['model'], match: { agent: 'a*' }, window: { kind: 'day' } }),
  budget('by-tag', { per: ['tag.team'], match: { 'tag.team': '*' }, unpriced: { kind: 'assume', femtoUsd: FEMTO } }),
  budget('calls', { per: ['user', 'agent'], limit: { unit: 'calls', amount: 1000n }, window: { kind: 'day' } }),
  budget('rolling', { per: ['agent'], window: { kind: 'rolling', ms: 90 * 60_000 }, lostCalls: 'release' }),
  budget('runs', { window: { kind: 'run' }, limit: { unit: 'tokens', amount: 1_000_000n } }),
  budget('sessions', { window: { kind: 'session' }, match: { provider: 'openai' }, timezone: 'Europe/Berlin' }),
];

const maybe = <Value>(...values: readonly Value[]): fc.Arbitrary<Value | null> =>
  fc.option(fc.constantFrom(...values), { freq: 2 });

const reservation: fc.Arbitrary<Partial<Reserved>> = fc.record({
  agent: maybe('a1', 'b'),
  provider: fc.constantFrom('openai', 'openai', 'anthropic'),
  model: fc.constantFrom('gpt-4o', 'gpt-4o', 'gpt-5'),
  phase: fc.constantFrom('open', 'presumed', 'lapsed', 'released'),
  rank: fc.constantFrom(0, 1, 2),
  boundFemtoUsd: fc.constantFrom(CALL_FEMTO / 2n, 10n * CALL_FEMTO, null),
  settledFemtoUsd: fc.constantFrom(CALL_FEMTO, 20n * CALL_FEMTO, null),
  settledTokens: fc.constantFrom(0, 900),
});

const call = fc.record({
  trace: fc.constantFrom(1, 2),
  /** Below the plain span, the agent's total, or nothing that ever comes. */
  below: fc.constantFrom(1, 2, 3),
  agoMs: fc.constantFrom(0, 1000, HOUR_MS, 2 * HOUR_MS),
  reserved: maybe(1, 2, 3, 9),
  requestModel: fc.constantFrom('gpt-4o', 'gpt-5'),
  responseModel: maybe('gpt-4o'),
  usageSource: fc.constantFrom('provider', 'provider', 'estimate'),
  lossy: fc.constantFrom(false, false, true),
  femtoUsd: fc.option(fc.constantFrom(0n, 1n, CALL_FEMTO), { freq: 3 }),
  user: maybe('u1', 'u2'),
  team: maybe('x'),
  session: maybe('s1'),
  /** A gateway behind it reports it too; its word or that of the client is charged. */
  copy: maybe('lesser', 'better'),
  /** The same span once more, with other content. */
  again: maybe('more', 'unnamed'),
});
type Drawn = typeof call extends fc.Arbitrary<infer Value> ? Value : never;

export const scenario: fc.Arbitrary<Scenario> = fc
  .record({
    calls: fc.array(call, { minLength: 1, maxLength: 6, size: 'max' }),
    reservations: fc.array(reservation, { minLength: 3, maxLength: 3 }),
    agent: maybe('a1', 'a2'),
    team: maybe('y'),
    hasTotal: fc.boolean(),
  })
  .map(({ calls, reservations, agent, team, hasTotal }): Scenario => {
    const own = { agent, tags: team === null ? {} : { team } };
    const items: Item[] = [1, 2].flatMap((trace): Item[] => [
      { span: { ...plain(1, { trace, own }), ...ago(HOUR_MS) } },
      ...(hasTotal ? [{ call: agentTotal(2, { trace, below: 1 }, ago(1000)) }] : []),
    ]);
    calls.forEach((drawn, place) => items.push(...copiesOf(drawn, place)));
    return { items, reservations };
  });

function copiesOf(drawn: Drawn, place: number): readonly Item[] {
  const { trace, below, agoMs, requestModel, responseModel, usageSource, lossy } = drawn;
  const { user, session, team } = drawn;
  const model = responseModel ?? requestModel;
  const priced = drawn.femtoUsd ?? 0n;
  const written = { trace, below, own: { user, session, tags: team === null ? {} : { team } } };
  const first = chat(10 + place, written, {
    ...ago(agoMs),
    model,
    requestModel,
    responseModel,
    usageSource,
    lossy,
    scope: 'sdk',
    responseId: `chatcmpl-${place}`,
    reservationId: drawn.reserved === null ? null : reservationId(drawn.reserved),
    price:
      drawn.femtoUsd === null
        ? { status: 'unpriced', reason: 'unknown_model' }
        : { ...pricedCall, costFemtoUsd: priced, partsFemtoUsd: { output: priced } },
  });
  const items: Item[] = [{ call: first }];
  if (drawn.copy !== null) {
    const ofGateway = { scope: 'gateway', service: 'gateway', isEmitterKnown: drawn.copy === 'better' };
    const otherTrace = (3 - trace).toString(16).padStart(32, '0');
    const at = { traceId: otherTrace, spanId: spanId(30 + place), parentSpanId: null };
    items.push({ call: { ...first, ...ofGateway, ...at, reservationId: null } });
  }
  if (drawn.again === 'more') items.push({ call: { ...first, environment: 'prod', errorType: 'timeout' } });
  if (drawn.again === 'unnamed') {
    items.push({ call: { ...first, environment: 'prod', errorType: 'timeout', reservationId: null } });
  }
  return items;
}

const pricedCall = {
  status: 'priced',
  source: 'default',
  card: 'openai/gpt-4o',
  effectiveFrom: null,
  serviceTier: 'standard',
} as const;
