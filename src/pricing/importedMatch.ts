import type { MatchLogic } from '@pydantic/genai-prices';
import { type Path, readArray, readFields, readText, refuse } from './importedFields.ts';
import { NAME_LENGTH_MAX } from './nameLength.ts';

/** The library's deepest match has two levels and its longest list twelve clauses. */
const DEPTH_MAX = 6;
const CLAUSES_MAX = 256;
/**
 * A pattern is tried against names that strangers write, up to 256 characters. Without repetition inside repetition two
 * unbounded ones cost at most 256³ / 6 steps, 3 million; a third would make it 200 million.
 */
const UNBOUNDED_MAX = 2;
const REPEATED_MAX = 16;
/** A repetition without bound stops somewhere in the name. */
const COUNTS_MAX = NAME_LENGTH_MAX + 1;
/** Bounded repetitions and alternatives multiply too: twenty of `a?`, or five of `a{0,16}`, are a million ways to try. As many as two unbounded repetitions have, some 40 ms at the worst. */
const WAYS_MAX = COUNTS_MAX ** UNBOUNDED_MAX;

/** What is left of the ways to try that all patterns of a file may have. */
export interface PatternBudget {
  ways: number;
}

/** A name that nothing matches is tried by all patterns of its provider: 160 ms at the worst. */
export function patternBudget(): PatternBudget {
  return { ways: 4 * WAYS_MAX };
}

export function readMatch(path: Path, value: unknown, budget: PatternBudget, depth = 0): MatchLogic {
  const fields = readFields(path, value);
  const [kind = '', ...others] = Object.keys(fields);
  if (others.length > 0) return refuse(path, 'one kind of match', value);
  const [said, at] = [fields[kind], `${path}.${kind}`];
  if (kind === 'or' || kind === 'and') {
    if (depth >= DEPTH_MAX) return refuse(at, `at most ${DEPTH_MAX} levels`, 'more');
    const clauses = readArray(at, said, CLAUSES_MAX).map((each, i) =>
      readMatch(`${at}[${i}]`, each, budget, depth + 1),
    );
    return kind === 'or' ? { or: clauses } : { and: clauses };
  }
  const text = readText(at, said, NAME_LENGTH_MAX);
  if (kind === 'equals') return { equals: text };
  if (kind === 'starts_with') return { starts_with: text };
  if (kind === 'ends_with') return { ends_with: text };
  if (kind === 'contains') return { contains: text };
  if (kind !== 'regex') return refuse(path, 'equals, starts_with, ends_with, contains, regex, or, and', kind);
  return { regex: readPattern(at, text, budget) };
}

/** A pattern that is bounded on any name: no repetition of a group that itself repeats or chooses, no back references, few ways to try. */
function readPattern(path: Path, pattern: string, budget: PatternBudget): string {
  try {
    RegExp(pattern);
  } catch {
    return refuse(path, 'a regular expression', pattern);
  }
  const bare = pattern
    .replace(/\[(?:\\.|[^\]\\])*\]/g, 'x')
    .replace(/\\[1-9k]/g, '\u{0}')
    .replace(/\\./g, 'x');
  if (bare.includes('\u{0}')) return refuse(path, 'no back reference', pattern);
  const groups: { repeatsOrChooses: boolean; alternatives: number }[] = [];
  let [unbounded, ways, lazyAt] = [0, 1, -1];
  for (let at = 0; at < bare.length; at += 1) {
    const group = groups.at(-1);
    if (bare[at] === '(') groups.push({ repeatsOrChooses: false, alternatives: 1 });
    if (bare[at] === '|' && group !== undefined) {
      ways += ways / group.alternatives;
      group.alternatives += 1;
      group.repeatsOrChooses = true;
    }
    // After a quantifier a `?` makes it lazy, and after a parenthesis it says what kind of group it is.
    const quantifier = bare[at] === '(' || at + 1 === lazyAt ? null : quantifierAt(bare, at + 1);
    const repeats = quantifier?.most ?? 1;
    if (quantifier !== null) [ways, lazyAt] = [ways * quantifier.ways, quantifier.end];
    if (repeats > REPEATED_MAX) unbounded += 1;
    if (bare[at] === ')') {
      const closed = groups.pop();
      const isComplex = closed?.repeatsOrChooses === true;
      if (isComplex && repeats > 1) return refuse(path, 'no repetition of what repeats or chooses', pattern);
      const outer = groups.at(-1);
      if (outer !== undefined && isComplex) outer.repeatsOrChooses = true;
    }
    const around = groups.at(-1);
    if (quantifier !== null && around !== undefined) around.repeatsOrChooses = true;
  }
  if (unbounded > UNBOUNDED_MAX) return refuse(path, `at most ${UNBOUNDED_MAX} unbounded repetitions`, pattern);
  if (ways > WAYS_MAX) return refuse(path, 'fewer repetitions and choices, which multiply', pattern);
  budget.ways -= ways;
  if (budget.ways < 0) return refuse(path, 'patterns with fewer repetitions and choices in all', pattern);
  return pattern;
}

interface Quantifier {
  /** How often it lets what is before it occur. */
  readonly most: number;
  /** Between how many counts it leaves the choice. */
  readonly ways: number;
  /** Where the pattern goes on. */
  readonly end: number;
}

/** Null where none stands there. */
function quantifierAt(pattern: string, at: number): Quantifier | null {
  const found = /^(?:[*+?]|\{(\d+)(?:(,)(\d*))?\})/.exec(pattern.slice(at));
  if (found === null) return null;
  const [written, least, comma, most = ''] = found;
  const end = at + written.length;
  if (written === '?') return { most: 1, ways: 2, end };
  if (least !== undefined && comma === undefined) return { most: Number(least), ways: 1, end };
  if (least === undefined || most === '') return { most: Number.POSITIVE_INFINITY, ways: COUNTS_MAX, end };
  return { most: Number(most), ways: Math.min(Number(most) - Number(least) + 1, COUNTS_MAX), end };
}
