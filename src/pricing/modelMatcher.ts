import type { MatchLogic, ModelInfo } from '@pydantic/genai-prices';

type Test = (lowered: string) => boolean;
/** What has to be tried, and which model it leads to. */
type Tried<What> = readonly [what: What, index: number];

/**
 * The first of a provider's models whose match holds, as the library finds it by trying one after the other: names are
 * looked up, beginnings only where the first character agrees, and only the few other matches are tried. Hostile senders
 * know endless many names, and for each of them the library takes 45 us or more.
 */
export class ModelMatcher {
  readonly #models: readonly ModelInfo[];
  readonly #names = new Map<string, number>();
  /** By their first character, the earliest model first. */
  readonly #beginnings = new Map<string, Tried<string>[]>();
  readonly #others: Tried<Test>[] = [];

  constructor(models: readonly ModelInfo[]) {
    this.#models = models;
    for (const [index, { match }] of models.entries()) this.#add(match, index);
  }

  /** `lowered` is the name in lower case without blanks around it. */
  find(lowered: string): ModelInfo | null {
    let first = this.#names.get(lowered) ?? Number.POSITIVE_INFINITY;
    const holds = ([, index]: Tried<unknown>): boolean => index < first;
    for (const tried of this.#beginnings.get(lowered.charAt(0)) ?? []) {
      if (!holds(tried)) break;
      if (lowered.startsWith(tried[0])) first = tried[1];
    }
    for (const tried of this.#others) {
      if (!holds(tried)) break;
      if (tried[0](lowered)) first = tried[1];
    }
    return this.#models[first] ?? null;
  }

  #add(match: MatchLogic, index: number): void {
    if ('or' in match) for (const each of match.or) this.#add(each, index);
    else if ('equals' in match) this.#addName(match.equals.toLowerCase(), index);
    else if ('starts_with' in match && match.starts_with !== '') {
      this.#addBeginning(match.starts_with.toLowerCase(), index);
    } else this.#others.push([testOf(match), index]);
  }

  #addName(name: string, index: number): void {
    if (!this.#names.has(name)) this.#names.set(name, index);
  }

  #addBeginning(beginning: string, index: number): void {
    const first = beginning.charAt(0);
    const others = this.#beginnings.get(first);
    if (others === undefined) this.#beginnings.set(first, [[beginning, index]]);
    else others.push([beginning, index]);
  }
}

/** A match by itself, over names in lower case. */
export function testOf(match: MatchLogic): Test {
  if ('or' in match) {
    const tests = match.or.map(testOf);
    return (lowered) => tests.some((matches) => matches(lowered));
  }
  if ('and' in match) {
    const tests = match.and.map(testOf);
    return (lowered) => tests.every((matches) => matches(lowered));
  }
  if ('regex' in match) {
    const pattern = new RegExp(match.regex);
    return (lowered) => pattern.test(lowered);
  }
  if ('equals' in match) {
    const name = match.equals.toLowerCase();
    return (lowered) => lowered === name;
  }
  const [place, text] =
    'starts_with' in match
      ? (['startsWith', match.starts_with] as const)
      : 'ends_with' in match
        ? (['endsWith', match.ends_with] as const)
        : (['includes', match.contains] as const);
  const searched = text.toLowerCase();
  return (lowered) => lowered[place](searched);
}

/** As the library reads a date without dashes, where there is such a day: `-20250929` is `-2025-09-29`. */
export function withDashedDates(lowered: string): string {
  return lowered.replace(/-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g, (found, year, month, day) => {
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    return date.getUTCDate() === Number(day) ? `-${year}-${month}-${day}` : found;
  });
}
