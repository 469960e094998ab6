import { createRandom } from '../../../bench/random.ts';

const TWO_TO_32 = 2 ** 32;

/** Drawn from a seed: the same seed draws the same. */
export interface Draw {
  /** At least 0, below 1. */
  share(): number;
  /** From `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** Long-tailed as real sizes are: mostly a little above `least`, seldom near `most`. */
  skewed(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(choices: readonly T[]): T;
  /** By weight. */
  weighted<T>(choices: readonly { readonly of: T; readonly weight: number }[]): T;
  hex(digits: number): string;
}

export function createDraw(seed: number): Draw {
  const next = createRandom(seed);
  const share = (): number => next() / TWO_TO_32;
  const pick = <T>(choices: readonly T[]): T => {
    const choice = choices[Math.floor(share() * choices.length)];
    if (choice === undefined) throw new Error('expected something to choose from, found nothing');
    return choice;
  };
  return {
    share,
    whole: (least, most) => least + Math.floor(share() * (most - least + 1)),
    skewed: (least, most) => least + Math.floor(share() ** 4 * (most - least + 1)),
    chance: (probability) => share() < probability,
    pick,
    weighted: (choices) => {
      let left = share() * choices.reduce((sum, { weight }) => sum + weight, 0);
      for (const { of, weight } of choices) {
        left -= weight;
        if (left < 0) return of;
      }
      return pick(choices).of;
    },
    hex: (digits) => {
      let text = '';
      while (text.length < digits) text += next().toString(16).padStart(8, '0');
      return text.slice(0, digits);
    },
  };
}
