import { expect, it } from 'vitest';
import { makeTestPlace } from '../support/database.ts';
import { runHostile } from './hostileRun.ts';
import { describe } from './report.ts';

const SEED = 20_261_122;
const CASES = 10_000;
/** Of the service with PostgreSQL: 256 MiB of bodies in flight, twice (as they came and inflated), and what it needs itself. */
const RESIDENT_MEBIBYTES_MAX = 900;

it(
  `${CASES} hostile cases are each answered as they should be, and a well-behaved sender loses nothing`,
  { timeout: 300_000 },
  async () => {
    await using place = await makeTestPlace('postgres18');
    const report = await runHostile({ place, seed: SEED, from: 0, cases: CASES, sendersAtOnce: 24, aloneMs: 3_000 });
    console.log(describe(report));
    expect(report.findings.join('\n')).toBe('');
    expect({ faults: report.faults, uncounted: report.uncounted }).toEqual({ faults: 0, uncounted: 0 });
    expect(report.peakMebibytes).toBeLessThan(RESIDENT_MEBIBYTES_MAX);
  },
);
