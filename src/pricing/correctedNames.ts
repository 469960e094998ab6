import { compileGlob } from '../glob.ts';
import type { Correction, Platform } from './correction.ts';

/** The names that corrections lead to a card, whatever the rate card says of them. */
export class CorrectedNames {
  /** By provider. */
  readonly #names = new Map<string, CorrectedName[]>();

  constructor(corrections: readonly Correction[]) {
    for (const { card, names = [], platform = null } of corrections) {
      const provider = providerOfCard(card);
      const known = this.#names.get(provider) ?? [];
      this.#names.set(provider, known);
      for (const name of names) known.push({ card, platform, isGlob: name.includes('*'), matches: compileGlob(name) });
    }
  }

  /** The card's id; null where no correction names it. Exact names go before globs, earlier ones first. */
  find(provider: string, lowered: string, platform: Platform | null): string | null {
    const led = (this.#names.get(provider) ?? []).filter(
      (name) => (name.platform === null || name.platform === platform) && name.matches(lowered),
    );
    return (led.find(({ isGlob }) => !isGlob) ?? led[0])?.card ?? null;
  }
}

interface CorrectedName {
  readonly card: string;
  readonly platform: Platform | null;
  readonly isGlob: boolean;
  readonly matches: (lowered: string) => boolean;
}

/** The first part of a card's id; the rest is the model's, which may have slashes of its own. */
export function providerOfCard(cardId: string): string {
  return cardId.slice(0, cardId.indexOf('/'));
}
