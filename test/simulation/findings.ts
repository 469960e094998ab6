import type { TestDatabase } from '../support/database.ts';
import { rowKey, rowsOf } from './auditor/row.ts';
import { bookedCall, differences } from './books.ts';
import { resolve } from './resolve.ts';
import { auditReceived, drawCases, isBetterCopy, runRound, type Case } from './round.ts';
import { describeSpans, shrink } from './shrink.ts';
import { receive, type Exported } from './traces.ts';

/** A case whose books are wrong, as few of its spans as show it, and what is wrong then. */
export interface Finding {
  readonly seed: number;
  readonly text: string;
}

/** What the resolver and the auditor say differently of one export. */
function resolverDifferences(exported: readonly Exported[]): readonly string[] {
  const rows = rowsOf(
    exported.map((each) => receive(each, 0)),
    isBetterCopy,
  );
  // The resolver sees what stays; ids of copies that did not are the store's to remember.
  const audited = auditReceived(rows);
  const expected = new Map(audited.calls.map((call) => [rowKey(call.row), bookedCall(call)]));
  const found = new Map([...resolve(rows)].map(([key, decision]) => [key, bookedCall(decision)]));
  return differences(expected, found);
}

/** Compares resolver and auditor over cases of consecutive seeds, until one differs. */
export async function findInResolver(firstSeed: number, count: number): Promise<Finding | null> {
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const [one] = drawCases(seed, 1);
    if (one === undefined || resolverDifferences(one.exported).length === 0) continue;
    const least = await shrink(one.exported, (fewer) => resolverDifferences(fewer).length > 0);
    return { seed, text: textOf(one, least, resolverDifferences(least)) };
  }
  return null;
}

/** Deliveries that one set of spans gets, before it is taken for right: who commits first is not in the seed. */
const DELIVERIES = 3;
/** A case above this is told whole: each of its deliveries takes long. */
const SPANS_TO_SHRINK_MAX = 40;

/** What a round found wrong, of the first case at most. */
export async function findInRound(place: TestDatabase, cases: readonly Case[], seed: number): Promise<Finding | null> {
  const round = await runRound(place, cases, seed);
  const [first] = round.wrong;
  if (first === undefined) return null;
  const [tenant, differing] = first;
  const wrong = cases.find((each) => tenant === each.tenant || tenant === `${each.tenant}-other`);
  if (wrong === undefined) return { seed, text: differing.join('\n') };

  let deliveries = seed;
  const wrongAlone = async (exported: readonly Exported[]): Promise<readonly string[] | null> => {
    for (let attempt = 0; attempt < DELIVERIES; attempt += 1) {
      deliveries += 1;
      const alone = await runRound(place, [{ ...wrong, exported }], deliveries);
      if (alone.wrong.size > 0) return [...alone.wrong.values()].flat();
    }
    return null;
  };
  const isSmall = wrong.exported.length <= SPANS_TO_SHRINK_MAX;
  const isWrongAlone = isSmall && (await wrongAlone(wrong.exported)) !== null;
  if (!isWrongAlone) return { seed: wrong.seed, text: textOf(wrong, wrong.exported, differing) };
  const least = await shrink(wrong.exported, async (fewer) => (await wrongAlone(fewer)) !== null);
  return { seed: wrong.seed, text: textOf(wrong, least, (await wrongAlone(least)) ?? differing) };
}

function textOf({ seed, exported }: Case, least: readonly Exported[], differing: readonly string[]): string {
  return `seed ${seed}: ${least.length} of ${exported.length} spans suffice
${describeSpans(least)}
${differing.join('\n')}
again: npm run soak -- charging --seed ${seed} --cases 1`;
}
