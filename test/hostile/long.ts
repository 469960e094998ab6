import { expect, inject, it } from 'vitest';
import { makeTestPlace } from '../support/database.ts';
import { runHostile } from './hostileRun.ts';
import { describe } from './report.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of `node test/hostile/soak.mjs`. */
    hostile: {
      readonly cases: number;
      readonly seed: number;
      readonly from: number;
      readonly store: 'postgres15' | 'postgres18' | 'embedded';
    };
  }
}

const PROGRESS_CASES = 10_000;
const RESIDENT_MEBIBYTES_MAX = 900;

it('hostile cases are each answered as they should be, for as long as it takes', async () => {
  const { cases, seed, from, store } = inject('hostile');
  await using place = await makeTestPlace(store);
  const startedMs = Date.now();
  const report = await runHostile({
    place,
    seed,
    from,
    cases,
    sendersAtOnce: 16,
    aloneMs: 10_000,
    onFinding: (finding) => console.log(finding),
    onProgress(done) {
      if (done % PROGRESS_CASES > 0) return;
      console.log(`${done} of ${cases} cases, ${Math.round((Date.now() - startedMs) / 1000)} s`);
    },
  });
  console.log(describe(report));
  expect(report.findings.join('\n')).toBe('');
  expect({ faults: report.faults, uncounted: report.uncounted }).toEqual({ faults: 0, uncounted: 0 });
  expect(report.peakMebibytes).toBeLessThan(RESIDENT_MEBIBYTES_MAX);
});
