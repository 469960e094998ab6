/** As many as can be told apart; the tenth series is `other`, in grey. */
const COLOURS = 9;
const OTHER = 'other';
/** Enough to remember every name that one looks at in a day. */
const NAMES_KEPT = 500;

const kept = new Map<string, number>();

/**
 * A colour class for each name. A name keeps its colour for as long as the page is open, whatever its rank, unless two of
 * one chart had the same: then the later one takes one that is free.
 */
export function coloursOf(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<number>();
  const colours = new Map<string, string>();
  const newcomers: string[] = [];
  for (const name of names) {
    const colour = kept.get(name);
    if (name === OTHER) colours.set(name, 'c-other');
    else if (colour === undefined || taken.has(colour)) newcomers.push(name);
    else {
      taken.add(colour);
      colours.set(name, `c${colour}`);
    }
  }
  for (const name of newcomers) {
    const free = Array.from({ length: COLOURS }, (_, index) => index).find((index) => !taken.has(index));
    if (free === undefined) {
      colours.set(name, 'c-other');
      continue;
    }
    taken.add(free);
    if (kept.size < NAMES_KEPT) kept.set(name, free);
    colours.set(name, `c${free}`);
  }
  return colours;
}
