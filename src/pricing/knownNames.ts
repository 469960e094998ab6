import { findProvider, type MatchLogic, type Provider } from '@pydantic/genai-prices';

type Test = (lowered: string) => boolean;

/**
 * Says whether the library may know a model of a provider, in about a microsecond. The library itself tries every model in
 * turn, 45 us for a name it does not know, and hostile senders know endless many of those.
 */
export class KnownNames {
  readonly #byProvider = new Map<string, NameTest | null>();

  /** False only where the library surely finds nothing. `provider` is the library's id. */
  mayHold(provider: string, model: string): boolean {
    const test = this.#testOf(provider);
    if (test === null) return true;
    const lowered = model.toLowerCase().trim();
    if (test.matches(lowered)) return true;
    const dashed = withDashedDate(lowered);
    return dashed !== lowered && test.matches(dashed);
  }

  #testOf(provider: string): NameTest | null {
    const known = this.#byProvider.get(provider);
    if (known !== undefined) return known;
    const found = findProvider({ providerId: provider });
    const test = found === undefined ? null : testOfProvider(found);
    // By the library's own ids, of which there are some dozens.
    if (found?.id === provider) this.#byProvider.set(provider, test);
    return test;
  }
}

function testOfProvider(provider: Provider): NameTest | null {
  const providers = [provider];
  for (const id of provider.fallback_model_providers ?? []) {
    const fallback = findProvider({ providerId: id });
    if (fallback === undefined) return null;
    providers.push(fallback);
  }
  const test = new NameTest();
  for (const { models } of providers) for (const { match } of models) test.add(match);
  return test;
}

/** As the library reads a date without dashes; where there is no such day it does not, which only costs a look-up here. */
function withDashedDate(lowered: string): string {
  return lowered.replace(/-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g, '-$1-$2-$3');
}

/** Many matches at once: names and beginnings are looked up, the few others are tried one by one. */
class NameTest {
  readonly #names = new Set<string>();
  /** By their first character. */
  readonly #beginnings = new Map<string, string[]>();
  readonly #others: Test[] = [];

  add(match: MatchLogic): void {
    if ('or' in match) for (const each of match.or) this.add(each);
    else if ('equals' in match) this.#names.add(match.equals.toLowerCase());
    else if ('starts_with' in match && match.starts_with !== '') this.#addBeginning(match.starts_with.toLowerCase());
    else this.#others.push(testOf(match));
  }

  matches(lowered: string): boolean {
    if (this.#names.has(lowered)) return true;
    const beginnings = this.#beginnings.get(lowered.charAt(0)) ?? [];
    return (
      beginnings.some((beginning) => lowered.startsWith(beginning)) || this.#others.some((matches) => matches(lowered))
    );
  }

  #addBeginning(beginning: string): void {
    const first = beginning.charAt(0);
    const others = this.#beginnings.get(first);
    if (others === undefined) this.#beginnings.set(first, [beginning]);
    else others.push(beginning);
  }
}

function testOf(match: MatchLogic): Test {
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
  if ('equals' in match) return (lowered) => lowered === match.equals.toLowerCase();
  const [place, text] =
    'starts_with' in match
      ? (['startsWith', match.starts_with] as const)
      : 'ends_with' in match
        ? (['endsWith', match.ends_with] as const)
        : (['includes', match.contains] as const);
  const searched = text.toLowerCase();
  return (lowered) => lowered[place](searched);
}
