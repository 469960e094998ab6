import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { TollgateError } from '../../src/errors.ts';
import { asking } from '../gate/gates.ts';
import { budget } from '../store/gateIngest.ts';
import { strangeHashes, tablesNaming } from './dump.ts';
import { type Erasing, openErasing, openProcess, ops } from './erasing.ts';
import { type Step, steps, TENANTS, USERS } from './randomExports.ts';

const budgets = [
  budget('by-user', { per: ['user'] }),
  budget('days', { per: ['user', 'agent'], window: { kind: 'day' } }),
  budget('rolling', { per: ['user'], window: { kind: 'rolling', ms: 86_400_000 } }),
];
const SEED = 7;
const EPISODES = 10;

type Process = Pick<Erasing, 'commit' | 'gate' | 'erasures'>;

async function eraseAny(erasures: Erasing['erasures'], tenant: string, user: string): Promise<void> {
  await erasures.erase(tenant, user, ops).catch((fault: unknown) => {
    if (!(fault instanceof TollgateError) || fault.code !== 'not_found') throw fault;
  });
}

/** One lane of a process: its steps one after the other, a decision with each. */
async function work({ commit, gate, erasures }: Process, lane: readonly Step[]): Promise<void> {
  for (const step of lane) {
    if ('erased' in step) await eraseAny(erasures, step.tenant, step.erased);
    else await commit(step.calls, step.spans, step.tenant);
    await gate.decide({ ...asking({ subject: { user: USERS[0], agent: 'a' } }), tenant: TENANTS[0] }, null);
  }
}

describe.each(['postgres15', 'postgres18'] as const)('erasures beside exports on %s', { timeout: 300_000 }, (kind) => {
  it('of two processes at once wait for nobody in a ring, and the books close', async () => {
    await using place = await openErasing(kind, { budgets });
    const other = await openDatabase({ databaseUrl: place.url, dataDir: '' });
    {
      await using replica = await openProcess(other, { budgets });
      const lanes = fc.sample(steps, { numRuns: EPISODES, seed: SEED });
      await Promise.all(lanes.map((lane, number) => work(number % 2 === 0 ? place : replica, lane)));
      expect(replica.faults).toEqual([]);
    }
    await other.close();
    expect(place.faults).toEqual([]);
    expect(await place.differences()).toEqual([]);
    for (const tenant of TENANTS) {
      for (const user of USERS) {
        await eraseAny(place.erasures, tenant, user);
        expect([user, await tablesNaming(place.database, tenant, user)]).toEqual([user, []]);
      }
    }
    expect(await strangeHashes(place.database)).toEqual([]);
    expect(await place.differences()).toEqual([]);
  });
});
