import { describe, expect, inject, it } from 'vitest';
import { openTestDatabase, storeKinds } from '../../support/database.ts';
import { runRound } from './simulate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of `npm run soak -- gate`: how many cases, and the seed of the first. */
    gateSoak?: { readonly cases: number; readonly seed: number };
  }
}

/** The cases are the same in every run; `npm run soak -- gate` draws others. A failure names its seed. */
const FIRST_SEED = 40_000;
const CASES = { postgres15: 6, postgres18: 6, embedded: 3 };
const CASES_A_ROUND = 20;

const soak = inject('gateSoak');

describe('the counters and decisions of random calls', () => {
  const short = soak === undefined ? storeKinds : [];
  for (const kind of short)
    it(`are those of a naive model on ${kind}`, async () => {
      await using place = await openTestDatabase(kind);
      expect((await runRound(place, FIRST_SEED, CASES[kind])).text).toBe('');
    });

  for (const { cases, seed } of soak === undefined ? [] : [soak])
    it('are those of a naive model in a long run', async () => {
      const startMs = Date.now();
      for (let done = 0, round = 0; done < cases; round += 1) {
        const count = Math.min(CASES_A_ROUND, cases - done);
        const kind = storeKinds[round % storeKinds.length] ?? 'postgres18';
        await using place = await openTestDatabase(kind);
        const { text, decisions, effects, kills } = await runRound(place, seed + done, count);
        done += count;
        const seconds = Math.round((Date.now() - startMs) / 1000);
        console.log(
          `${done} of ${cases} cases on ${kind}: ${decisions} decisions ${JSON.stringify(effects)}, ${kills} kills, ${seconds} s`,
        );
        expect(text).toBe('');
      }
    });
});
