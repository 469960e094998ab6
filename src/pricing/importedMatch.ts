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

export function readMatch(path: Path, value: unknown, depth = 0): MatchLogic {
  const fields = readFields(path, value);
  const [kind = '', ...others] = Object.keys(fields);
  if (others.length > 0) return refuse(path, 'one kind of match', value);
  const [said, at] = [fields[kind], `${path}.${kind}`];
  if (kind === 'or' || kind === 'and') {
    if (depth >= DEPTH_MAX) return refuse(at, `at most ${DEPTH_MAX} levels`, 'more');
    const clauses = readArray(at, said, CLAUSES_MAX).map((each, i) => readMatch(`${at}[${i}]`, each, depth + 1));
    return kind === 'or' ? { or: clauses } : { and: clauses };
  }
  const text = readText(at, said, NAME_LENGTH_MAX);
  if (kind === 'equals') return { equals: text };
  if (kind === 'starts_with') return { starts_with: text };
  if (kind === 'ends_with') return { ends_with: text };
  if (kind === 'contains') return { contains: text };
  if (kind !== 'regex') return refuse(path, 'equals, starts_with, ends_with, contains, regex, or, and', kind);
  return { regex: readPattern(at, text) };
}

/** A pattern that is bounded on any name: no repetition of a group that itself repeats or chooses, no back references. */
function readPattern(path: Path, pattern: string): string {
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
  const groups: { repeatsOrChooses: boolean }[] = [];
  let unbounded = 0;
  for (let at = 0; at < bare.length; at += 1) {
    const group = groups.at(-1);
    if (bare[at] === '(') groups.push({ repeatsOrChooses: false });
    if (bare[at] === '|' && group !== undefined) group.repeatsOrChooses = true;
    const repeats = timesAt(bare, at + 1);
    if (repeats > REPEATED_MAX) unbounded += 1;
    if (bare[at] === ')') {
      const closed = groups.pop();
      const isComplex = closed?.repeatsOrChooses === true;
      if (isComplex && repeats > 1) return refuse(path, 'no repetition of what repeats or chooses', pattern);
      const outer = groups.at(-1);
      if (outer !== undefined && isComplex) outer.repeatsOrChooses = true;
    }
    const around = groups.at(-1);
    if (repeats > 1 && around !== undefined) around.repeatsOrChooses = true;
  }
  if (unbounded > UNBOUNDED_MAX) return refuse(path, `at most ${UNBOUNDED_MAX} unbounded repetitions`, pattern);
  return pattern;
}

/** How often the quantifier that stands there lets what is before it occur; 0 where none stands there. */
function timesAt(pattern: string, at: number): number {
  const found = /^(?:[*+]|\{(\d+)(?:(,)(\d*))?\})/.exec(pattern.slice(at));
  if (found === null) return 0;
  const [, least, comma, most] = found;
  if (least === undefined) return Number.POSITIVE_INFINITY;
  if (comma === undefined) return Number(least);
  return most === undefined || most === '' ? Number.POSITIVE_INFINITY : Number(most);
}
