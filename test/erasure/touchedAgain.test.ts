import { describe, expect, it } from 'vitest';
import type { PricedCall, SpanSkeleton } from '../../src/call.ts';
import { storeKinds } from '../support/database.ts';
import { budget } from '../store/gateIngest.ts';
import { chat, plain, type Written } from '../charging/settle.ts';
import { placesOf } from './dump.ts';
import { type Erasing, openErasing, ops } from './erasing.ts';

/** A trace as it is when the id is erased, and what comes later. */
interface Case {
  readonly stored: readonly [calls: readonly PricedCall[], spans: readonly SpanSkeleton[]];
  readonly later: readonly [calls: readonly PricedCall[], spans: readonly SpanSkeleton[]];
  /** Where the id stands afterwards: a span that comes later and names it is about itself. */
  readonly places: readonly string[];
  /** What is charged to the other id then; before, it is one call. */
  readonly charged?: number;
}

const fuller = { environment: 'prod', errorType: 'timeout' };
const one = (span: number, written: Written, changes: Partial<PricedCall> = {}): Case['stored'] => [
  [chat(span, written, changes)],
  [],
];
const spanOf = ({ traceId, spanId, startUnixNano }: PricedCall, written: Written): SpanSkeleton => ({
  ...plain(1, written),
  traceId,
  spanId,
  startUnixNano,
});
const id = { responseId: 'chatcmpl-00000001' };

const casesOf = (user: string): Readonly<Record<string, Case>> => {
  const own = { user };
  const resource = { resourceSubject: { ...chat(1).own, user } };
  return {
    'the same span': { stored: one(1, { own }), later: one(1, { own }), places: [] },
    'a fuller copy of a call that named the user': {
      stored: one(1, { own }),
      later: one(1, { own }, fuller),
      places: [],
    },
    'a fuller copy of a call that named no user': {
      stored: [[chat(2, { below: 1 })], [plain(1, { own })]],
      later: one(2, { below: 1, own }, fuller),
      places: [],
    },
    'a fuller copy whose resource names the user': {
      stored: one(1, {}, resource),
      later: one(1, {}, { ...resource, ...fuller }),
      places: [],
    },
    'a fuller copy that names the user elsewhere': {
      stored: one(1, {}, resource),
      later: one(1, { own }, fuller),
      places: [],
    },
    'a fuller copy of a span that is no call': {
      stored: [[chat(2, { below: 1 })], [plain(1, { own })]],
      later: [[], [{ ...plain(1, { own }), environment: 'prod' }]],
      places: [],
    },
    'a fuller copy of a span that named no user': {
      stored: [[chat(2, { below: 1, own })], [plain(1)]],
      later: [[], [{ ...plain(1, { own }), environment: 'prod' }]],
      places: [],
    },
    'a copy of a call that is no call': {
      stored: one(1, { own }),
      later: [[], [spanOf(chat(1), { own })]],
      places: [],
    },
    'a copy of a span that is a call': {
      stored: [[chat(2, { below: 1 })], [plain(1, { own })]],
      later: one(1, { own }),
      places: [],
    },
    'a late parent that names the user': {
      stored: one(2, { below: 1, own }),
      later: [[], [plain(1, { own })]],
      places: ['spans.user_id'],
    },
    'a late parent of a call that the trace told': {
      stored: [[chat(2, { below: 1 })], [plain(3, { below: 9, own })]],
      later: [[], [plain(1, { own })]],
      places: ['spans.user_id'],
    },
    'a late parent of a call that the resource told': {
      stored: one(2, { below: 1 }, resource),
      later: [[], [plain(1, { own })]],
      places: ['spans.user_id'],
    },
    'a late parent that names another user': {
      stored: one(2, { below: 1 }, resource),
      later: [[], [plain(1, { own: { user: 'bob' } })]],
      places: [],
    },
    'a late sibling that names the user': {
      stored: [[chat(2, { below: 8 })], [plain(3, { below: 9, own })]],
      later: [[], [plain(4, { below: 7, own })]],
      places: ['spans.user_id'],
    },
    'a late call below a span of the user': {
      stored: [[chat(2, { below: 1 })], [plain(1, { own })]],
      later: one(3, { below: 1, from: 60_000 }),
      places: [],
      charged: 2,
    },
    'another report of the same call': {
      stored: one(2, {}, { ...id, scope: 'gateway', service: 'gateway', ...resource }),
      later: one(1, { own, trace: 2 }, { ...id, scope: 'sdk', isEmitterKnown: true }),
      places: ['calls.own'],
    },
  };
};

async function chargedTo(place: Erasing, tenant: string): Promise<Record<string, number>> {
  const rows = await place.database.query<{ user: string; calls: number }>(
    `select user_id as "user", sum(calls)::int as calls from tollgate_data.ledger where tenant = $1
group by user_id having sum(calls) <> 0`,
    [tenant],
  );
  return Object.fromEntries(rows.map(({ user, calls }) => [user, calls]));
}

/** A tenant and a user of its own for each case: they are all in one store. */
async function touchAgain(place: Erasing, name: string, number: number): Promise<void> {
  const { database } = place;
  const user = `ada-8c1f3e77${number}`;
  const tenant = `tenant-${number}`;
  const given = casesOf(user)[name];
  if (given === undefined) throw new Error(`expected the case ${name}`);
  await place.commit(...given.stored, tenant);
  const erased = await place.erasures.erase(tenant, user, ops);
  expect({ name, places: await placesOf(database, user) }).toEqual({ name, places: [] });
  expect({ name, charged: await chargedTo(place, tenant) }).toEqual({ name, charged: { [erased.user]: 1 } });

  await place.commit(...given.later, tenant);
  const charged = { [erased.user]: given.charged ?? 1 };
  expect({ name, places: await placesOf(database, user) }).toEqual({ name, places: given.places });
  expect({ name, charged: await chargedTo(place, tenant) }).toEqual({ name, charged });

  // What came later is a matter of its own; erased again, it gets an id of its own.
  if (given.places.length === 0) return;
  const again = await place.erasures.erase(tenant, user, ops);
  expect(again.user).not.toBe(erased.user);
  expect({ name, places: await placesOf(database, user) }).toEqual({ name, places: [] });
  expect({ name, charged: await chargedTo(place, tenant) }).toEqual({ name, charged });
}

describe.each(storeKinds)('an erased trace on %s', { timeout: 300_000 }, (kind) => {
  it('does not bring the id back, whatever comes later, and the books close', async () => {
    await using place = await openErasing(kind, { budgets: [budget('by-user', { per: ['user'] })] });
    for (const [number, name] of Object.keys(casesOf('')).entries()) {
      await touchAgain(place, name, number);
      if (kind !== 'embedded') expect(await place.differences()).toEqual([]);
    }
    expect(await place.differences()).toEqual([]);
  });
});
