import { spellings } from './modelNames.ts';
import type { Pricing } from './pricing.ts';
import { isRouter, NAME_LENGTH_MAX, providerId } from './providerNames.ts';

/** Of `Pricing`, what suggestions need. */
type KnownCards = Pick<Pricing, 'cardOf' | 'cardIds'>;

interface KnownName {
  /** `provider/model`, as `maps_to` takes it. */
  readonly id: string;
  readonly provider: string;
  /** Lower-case letters and digits alone: `gpt-4.1` and `gpt4-1` are the same. */
  readonly squashed: string;
  /** Words of them between dashes: `-gpt-4-1-`. */
  readonly dashed: string;
  readonly grams: number;
}

interface NameIndex {
  readonly names: readonly KnownName[];
  /** For each gram the names that have it, by their place in `names`. */
  readonly holders: ReadonlyMap<string, readonly number[]>;
}

const SUGGESTIONS_MAX = 3;
/** Names whose edit distance is computed, those with the most grams in common: 24 × 256 × some 30 characters is half a millisecond. */
const CANDIDATES_MAX = 24;
/** Below this likeness a name is another name. A typing error in eight characters is 0.875, names chosen at random come to 0.3. */
const NEAR = 0.6;
/** Names that share less of their grams are not near, whatever their edit distance. */
const COMMON_MIN = 0.2;
/** Across words a shorter name inside another says nothing (`o1` in `foo1`), and without a digit it may be a word (`auto`). */
const CONTAINED_CHARS_MIN = 4;
const CONTAINED_WORD_CHARS_MIN = 6;

const indexes = new WeakMap<KnownCards, NameIndex>();

/**
 * Known names like one that nothing matches, the likeliest first, those of its own provider before others; none where
 * nothing is near. Costs a millisecond or two, however the name is made up.
 */
export function suggestNames(pricing: KnownCards, provider: string | null, model: string): readonly string[] {
  if (model.length > NAME_LENGTH_MAX || (provider ?? '').length > NAME_LENGTH_MAX) return [];
  const index = indexOf(pricing);
  const claimed = provider === null || isRouter(provider) ? null : idOf(provider);
  const asked = [...spellings({ provider: claimed, model })].at(-1) ?? { provider: claimed, model };
  const squashed = squash(asked.model);
  if (squashed === '') return [];
  const isOwn = (name: KnownName): number => Number(name.provider === asked.provider);
  const near = likenesses(index, squashed, dash(asked.model)).toSorted(
    (a, b) => isOwn(b.name) - isOwn(a.name) || b.likeness - a.likeness || a.name.id.length - b.name.id.length,
  );
  const suggested = new Map<string, string>();
  for (const { name } of near) {
    if (suggested.size === SUGGESTIONS_MAX) break;
    // The same model at ten resellers is one suggestion.
    if (suggested.has(name.squashed)) continue;
    const id =
      isOwn(name) === 1 ? name.id : (cardFor(pricing, asked.provider, name) ?? cardFor(pricing, null, name) ?? name.id);
    if (leadsToItself(pricing, id)) suggested.set(name.squashed, id);
  }
  return [...suggested.values()];
}

/** The rate card calls some by ids that are no names, such as those of Bedrock's regional profiles. */
function leadsToItself(pricing: KnownCards, id: string): boolean {
  const slash = id.indexOf('/');
  const asked = { provider: id.slice(0, slash), model: id.slice(slash + 1), serviceTier: null, priceFacts: null };
  const card = pricing.cardOf(asked);
  return typeof card !== 'string' && card.id === id;
}

/** An imported rate card may have providers that the library lacks: they are called by their ids. */
function idOf(provider: string): string {
  return providerId(provider) ?? provider.trim().toLowerCase();
}

/**
 * Of the cards of one model that which its provider has under that name, as Azure has OpenAI's; without a provider its
 * maker's, to which the name alone leads, and not a reseller's.
 */
function cardFor(pricing: KnownCards, provider: string | null, { id }: KnownName): string | null {
  const model = id.slice(id.lastIndexOf('/') + 1);
  const card = pricing.cardOf({ provider, model, serviceTier: null, priceFacts: null });
  return typeof card !== 'string' && squash(card.id) === squash(id) ? card.id : null;
}

function likenesses(index: NameIndex, squashed: string, dashed: string): { name: KnownName; likeness: number }[] {
  const grams = gramsOf(squashed);
  const common = new Map<number, number>();
  for (const gram of grams) {
    for (const at of index.holders.get(gram) ?? []) common.set(at, (common.get(at) ?? 0) + 1);
  }
  const candidates = new Map<KnownName, number>();
  for (const name of index.names) {
    if (isWithin(name, squashed, dashed)) candidates.set(name, containment(squashed, name.squashed));
  }
  const alike = [...common].flatMap(([at, count]) => {
    const name = index.names[at];
    const dice = (2 * count) / (grams.size + (name?.grams ?? 0));
    return name === undefined || dice < COMMON_MIN ? [] : [{ name, dice }];
  });
  for (const { name } of alike.toSorted((a, b) => b.dice - a.dice).slice(0, CANDIDATES_MAX)) {
    const longer = Math.max(squashed.length, name.squashed.length);
    const likeness = 1 - editDistance(squashed, name.squashed) / longer;
    candidates.set(name, Math.max(likeness, candidates.get(name) ?? 0));
  }
  return [...candidates].flatMap(([name, likeness]) => (likeness >= NEAR ? [{ name, likeness }] : []));
}

/** A deployment is often named after its model (`prod-gpt-4o-eu`), and people leave out the maker (`sonnet-4.5`). */
function isWithin(name: KnownName, squashed: string, dashed: string): boolean {
  const [shorter, longer] = shorterFirst(squashed, name.squashed);
  if (!longer.includes(shorter)) return false;
  const hasDigit = /\d/.test(shorter);
  if (hasDigit && (dashed.includes(name.dashed) || name.dashed.includes(dashed))) return true;
  return shorter.length >= (hasDigit ? CONTAINED_CHARS_MIN : CONTAINED_WORD_CHARS_MIN);
}

function containment(one: string, other: string): number {
  const [shorter, longer] = shorterFirst(one, other);
  return NEAR + ((1 - NEAR) * shorter.length) / longer.length;
}

function shorterFirst(one: string, other: string): [string, string] {
  return one.length <= other.length ? [one, other] : [other, one];
}

/** Insertions, deletions, replacements (Levenshtein), in two rows. */
function editDistance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 0; row < one.length; row += 1) {
    const current = [row + 1];
    for (let at = 0; at < other.length; at += 1) {
      const replaced = (above[at] ?? 0) + (one[row] === other[at] ? 0 : 1);
      current.push(Math.min(replaced, (above[at + 1] ?? 0) + 1, (current[at] ?? 0) + 1));
    }
    above = current;
  }
  return above[other.length] ?? 0;
}

function indexOf(pricing: KnownCards): NameIndex {
  let index = indexes.get(pricing);
  if (index === undefined) {
    index = buildIndex(pricing);
    indexes.set(pricing, index);
  }
  return index;
}

function buildIndex(pricing: KnownCards): NameIndex {
  const names: KnownName[] = [];
  const holders = new Map<string, number[]>();
  for (const id of pricing.cardIds()) {
    const slash = id.indexOf('/');
    const squashed = squash(id);
    const grams = gramsOf(squashed);
    for (const gram of grams) {
      const those = holders.get(gram);
      if (those === undefined) holders.set(gram, [names.length]);
      else those.push(names.length);
    }
    names.push({ id, provider: id.slice(0, slash), squashed, dashed: dash(id), grams: grams.size });
  }
  return { names, holders };
}

function squash(text: string): string {
  return wordsOf(text).join('');
}

function dash(text: string): string {
  return `-${wordsOf(text).join('-')}-`;
}

/** Of the last part: OpenRouter's models have their maker before a slash, and what people mistype is the rest. */
function wordsOf(text: string): string[] {
  return (
    text
      .slice(text.lastIndexOf('/') + 1)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Threes of neighbouring characters, the beginning counted more than the end: families begin alike. */
function gramsOf(squashed: string): Set<string> {
  const padded = `  ${squashed} `;
  return new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)));
}
