import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isErasedUser } from '../../src/attribution/erasedUser.ts';
import { TollgateError } from '../../src/errors.ts';
import { budget, reset } from '../store/gateIngest.ts';
import { storeKinds } from '../support/database.ts';
import { rowsOfOthers, strangeHashes, sumsWithoutUsers, tablesNaming } from './dump.ts';
import { type Erasing, openErasing, ops } from './erasing.ts';
import { type Step, steps } from './randomExports.ts';

const RUNS = { postgres15: 12, postgres18: 12, embedded: 3 };
const budgets = [
  budget('all'),
  budget('by-user', { per: ['user'] }),
  budget('u1', { match: { user: 'u1' }, per: ['agent'], window: { kind: 'day' } }),
  budget('sessions', { per: ['user'], window: { kind: 'session' } }),
];

/** Of each call of an erased user, whose it is. */
async function erasedCalls({ database }: Erasing): Promise<ReadonlyMap<string, string>> {
  const rows = await database.query<{ name: string; user: string }>(
    `select concat_ws('/', tenant, trace_id, span_id, started_at) as name, user_id as "user" from tollgate_data.calls
where user_id like 'erased-%'`,
  );
  return new Map(rows.map(({ name, user }) => [name, user]));
}

/** Null: nobody has the id. */
async function eraseChecked(place: Erasing, tenant: string, user: string): Promise<string | null> {
  const { database } = place;
  const before = { sums: await sumsWithoutUsers(database), others: await rowsOfOthers(database, tenant, user) };
  try {
    const { user: erasedAs } = await place.erasures.erase(tenant, user, ops);
    expect(isErasedUser(erasedAs)).toBe(true);
    const after = { sums: await sumsWithoutUsers(database), others: await rowsOfOthers(database, tenant, erasedAs) };
    expect(after).toEqual(before);
    expect(await tablesNaming(database, tenant, user)).toEqual([]);
    return erasedAs;
  } catch (fault) {
    if (!(fault instanceof TollgateError) || fault.code !== 'not_found') throw fault;
    expect(await sumsWithoutUsers(database)).toEqual(before.sums);
    return null;
  }
}

async function run(place: Erasing, given: readonly Step[]): Promise<void> {
  await reset(place.database);
  await place.database.query('truncate tollgate_data.audit_log');
  const erased = new Map<string, string>();
  for (const step of given) {
    if ('erased' in step) await eraseChecked(place, step.tenant, step.erased);
    else await place.commit(step.calls, step.spans, step.tenant);
    const now = await erasedCalls(place);
    // What was erased stays erased, whatever comes later.
    for (const [name, user] of erased) expect([name, now.get(name)]).toEqual([name, user]);
    for (const [name, user] of now) erased.set(name, user);
  }
  expect(await strangeHashes(place.database)).toEqual([]);
  expect(await place.differences()).toEqual([]);
}

describe.each(storeKinds)('erasures between exports on %s', { timeout: 300_000 }, (kind) => {
  it('change no sum, no row of anybody else, and are not undone', async () => {
    await using place = await openErasing(kind, { budgets });
    await fc.assert(
      fc.asyncProperty(steps, (given) => run(place, given)),
      { numRuns: RUNS[kind], endOnFailure: kind === 'embedded' },
    );
    expect(place.faults).toEqual([]);
  });
});
