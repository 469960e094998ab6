import fc from 'fast-check';
import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import { agentTotal, chat, plain, type Written } from '../charging/settle.ts';

export const TENANTS = ['acme', 'globex'] as const;
/** Some are a part of another: an id is not where it is only a part. */
export const USERS = ['u1', 'u12', 'ada lovelace', '☃ "quoted"'] as const;

/** What happens: an export of one tenant, or the erasure of one of its users. */
export type Step =
  | { readonly tenant: string; readonly calls: readonly PricedCall[]; readonly spans: readonly SpanSkeleton[] }
  | { readonly tenant: string; readonly erased: string };

const DAY_MS = 86_400_000;
const maybe = <Value>(...values: readonly Value[]): fc.Arbitrary<Value | null> =>
  fc.option(fc.constantFrom(...values), { freq: 2 });

const drawnSpan = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  trace: fc.constantFrom(1, 2, 3),
  span: fc.integer({ min: 1, max: 9 }),
  below: maybe(1, 2, 3, 4, 5),
  from: fc.constantFrom(0, 500, 4000, DAY_MS),
  kind: fc.constantFrom('chat', 'chat', 'chat', 'plain', 'plain', 'total'),
  user: maybe(...USERS),
  resourceUser: fc.option(fc.constantFrom(...USERS), { freq: 5 }),
  agent: maybe('a', 'b'),
  session: maybe('s1', 's2'),
  model: fc.constantFrom('gpt-4o', 'o3'),
  tokens: fc.constantFrom<readonly [number, number]>([1000, 100], [50, 5]),
  scope: fc.constantFrom('sdk', 'gateway'),
  responseId: fc.option(fc.constantFrom('chatcmpl-00000001', 'chatcmpl-00000002'), { freq: 2 }),
  /** A fuller copy of the same span. */
  environment: fc.option(fc.constant('prod'), { freq: 3 }),
});
type Drawn = typeof drawnSpan extends fc.Arbitrary<infer Value> ? Value : never;

const erasure = fc.record({ tenant: fc.constantFrom(...TENANTS), erased: fc.constantFrom(...USERS) });

/** Spans in the order in which they come, a few in an export, with erasures at any time between. */
export const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.array(drawnSpan, { minLength: 1, maxLength: 4 }) },
      { weight: 1, arbitrary: erasure },
    ),
    { minLength: 6, maxLength: 14, size: 'max' },
  )
  .map((drawn) => drawn.flatMap((each): Step[] => ('erased' in each ? [each] : exportsOf(each))));

function exportsOf(drawn: readonly Drawn[]): Step[] {
  return TENANTS.flatMap((tenant) => {
    const own = drawn.filter((each) => each.tenant === tenant);
    const calls = own.filter(({ kind }) => kind !== 'plain').map(callOf);
    const spans = own
      .filter(({ kind }) => kind === 'plain')
      .map((each) => ({ ...plain(each.span, writtenOf(each)), environment: each.environment }));
    return own.length === 0 ? [] : [{ tenant, calls, spans }];
  });
}

function writtenOf({ trace, below, from, tokens, user, agent, session }: Drawn): Written {
  return { trace, ...(below === null ? {} : { below }), from, tokens, own: { user, agent, session } };
}

function callOf(drawn: Drawn): PricedCall {
  const { span, kind, resourceUser, model, scope, responseId, environment } = drawn;
  const own = kind === 'total' ? agentTotal : chat;
  const written = own(span, writtenOf(drawn));
  return {
    ...written,
    model,
    requestModel: model,
    scope,
    responseId,
    environment,
    resourceSubject: { ...written.resourceSubject, user: resourceUser },
  };
}
