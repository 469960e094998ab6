import { expect, inject, it } from 'vitest';
import { openTestDatabase, storeKinds } from '../support/database.ts';
import { findInResolver, findInRound } from './findings.ts';
import { drawCases } from './round.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of `npm run soak -- charging`: how many cases, and the seed of the first. */
    soak: { readonly cases: number; readonly seed: number };
  }
}

const CASES_PER_ROUND = 100;
/** The embedded store takes many times as long as a server: it gets the last of every ten rounds. */
const kindsInTurn = [
  ...Array.from({ length: 9 }, (_, round) => storeKinds[round % 2] ?? 'postgres18'),
  'embedded',
] as const;

it('the charges of many random traces are the auditor’s', async () => {
  const { cases, seed } = inject('soak');
  const startMs = Date.now();
  for (let done = 0; done < cases;) {
    const count = Math.min(CASES_PER_ROUND, cases - done);
    const kind = kindsInTurn[(done / CASES_PER_ROUND) % kindsInTurn.length] ?? 'postgres18';
    const first = seed + done;
    expect((await findInResolver(first, count))?.text ?? '').toBe('');
    await using place = await openTestDatabase(kind);
    expect((await findInRound(place, drawCases(first, count), first))?.text ?? '').toBe('');
    done += count;
    const seconds = Math.round((Date.now() - startMs) / 1000);
    console.log(`${done} of ${cases} cases, seeds ${seed} to ${seed + done - 1}, the last on ${kind}: ${seconds} s`);
  }
});
