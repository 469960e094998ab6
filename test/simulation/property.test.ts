import { describe, expect, it } from 'vitest';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { findInResolver, findInRound } from './findings.ts';
import { drawCases } from './round.ts';

/**
 * For any subset, order, batching or duplication of the same export, over one to four replicas, with crashes in between, the
 * charges, attribution, rollups, sessions and runs are an auditor's, to the digit.
 *
 * The cases are the same in every run, so that a change is what makes one fail; `npm run soak -- charging` draws new ones. A
 * failure names the seed that draws its case again.
 */
const FIRST_SEEDS = [0, 320_761_000] as const;
const CASES_PER_ROUND = 100;

const RESOLVED = 10_000;
const ROUNDS = { postgres15: 8, postgres18: 4, embedded: 1 };

describe('the charges of random traces', () => {
  it.each(FIRST_SEEDS)('are the auditor’s where nothing is stored, of seeds from %d on', async (seed) => {
    expect((await findInResolver(seed, RESOLVED))?.text ?? '').toBe('');
  });

  it.each(storeKinds)(
    'are the auditor’s on %s, delivered in any order, batches and copies to replicas that crash',
    async (kind) => {
      await using place = await openTestDatabase(kind);
      for (let round = 0; round < ROUNDS[kind]; round += 1) {
        for (const first of FIRST_SEEDS) {
          const seed = first + round * CASES_PER_ROUND;
          const finding = await findInRound(place, drawCases(seed, CASES_PER_ROUND), seed);
          expect(finding?.text ?? '').toBe('');
        }
      }
    },
    600_000,
  );
});
