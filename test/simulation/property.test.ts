import { describe, expect, it } from 'vitest';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { findInResolver, findInRound } from './findings.ts';
import { drawCases } from './round.ts';

/**
 * For any subset, order, batching or duplication of the same export, over one to four replicas, with crashes in between, the
 * charges, attribution, rollups, sessions and runs are an auditor's, to the digit.
 *
 * Half of the cases are the same in every run, half are new; a failure names the seed that draws its case again.
 */
const NEW_SEED = Date.now() % 1_000_000_000;
const CASES_PER_ROUND = 100;

const RESOLVED = 10_000;
const ROUNDS = { postgres15: 8, postgres18: 4, embedded: 1 };

describe('the charges of random traces', () => {
  it.each([
    ['of the same seeds as ever', 0],
    [`of new seeds from ${NEW_SEED} on`, NEW_SEED],
  ])('are the auditor’s where nothing is stored, %s', async (_, seed) => {
    expect((await findInResolver(seed, RESOLVED))?.text ?? '').toBe('');
  });

  it.each(storeKinds)(
    'are the auditor’s on %s, delivered in any order, batches and copies to replicas that crash',
    async (kind) => {
      await using place = await openTestDatabase(kind);
      for (let round = 0; round < ROUNDS[kind]; round += 1) {
        for (const first of [0, NEW_SEED]) {
          const seed = first + round * CASES_PER_ROUND;
          const finding = await findInRound(place, drawCases(seed, CASES_PER_ROUND), seed);
          expect(finding?.text ?? '').toBe('');
        }
      }
    },
    600_000,
  );
});
