import type { FemtoUsd } from '../../src/money.ts';

/** What a call costs those it is charged to. */
export interface Booked {
  /** Null: unpriced. */
  readonly costFemtoUsd: FemtoUsd | null;
}

/** Sums over charged calls whose cost is another one with the new prices. */
export interface Difference {
  readonly calls: number;
  /** Those that had no price. They add nothing to what was before. */
  readonly newlyPricedCalls: number;
  /** Those that have no price any more. They add nothing to what is afterwards. */
  readonly newlyUnpricedCalls: number;
  readonly beforeFemtoUsd: FemtoUsd;
  readonly afterFemtoUsd: FemtoUsd;
}

export interface ModelDifference extends Difference {
  readonly provider: string | null;
  readonly model: string | null;
}

type Writable<Record> = { -readonly [Key in keyof Record]: Record[Key] };

/** Names are whatever senders write: the sums of models beyond this stand in one of their own. */
export const MODELS_TOLD_MAX = 1_000;
const OTHERS = '(other)';

/** What repricing makes of the costs, by model. */
export class Differences {
  readonly total: Writable<Difference> = nothing();
  readonly #byModel = new Map<string, Writable<ModelDifference>>();

  /** `before` and `after`: null where the call is not charged. */
  add(named: Pick<ModelDifference, 'provider' | 'model'>, before: Booked | null, after: Booked | null): void {
    const was = before?.costFemtoUsd;
    const is = after?.costFemtoUsd;
    if (was === is) return;
    for (const sum of [this.total, this.#sumOf(named)]) {
      sum.calls += 1;
      if (was === null && is !== null && is !== undefined) sum.newlyPricedCalls += 1;
      if (is === null && was !== null && was !== undefined) sum.newlyUnpricedCalls += 1;
      sum.beforeFemtoUsd += was ?? 0n;
      sum.afterFemtoUsd += is ?? 0n;
    }
  }

  /** The largest difference first, whether up or down. */
  byModel(): readonly ModelDifference[] {
    return [...this.#byModel.values()].toSorted((one, two) => {
      const [first, second] = [sizeOf(one), sizeOf(two)];
      if (first !== second) return first > second ? -1 : 1;
      return nameOf(one) < nameOf(two) ? -1 : 1;
    });
  }

  #sumOf({ provider, model }: Pick<ModelDifference, 'provider' | 'model'>): Writable<ModelDifference> {
    const key = nameOf({ provider, model });
    const known = this.#byModel.get(key);
    if (known !== undefined) return known;
    if (this.#byModel.size >= MODELS_TOLD_MAX && model !== OTHERS) {
      return this.#sumOf({ provider: OTHERS, model: OTHERS });
    }
    const sum = { provider, model, ...nothing() };
    this.#byModel.set(key, sum);
    return sum;
  }
}

function nothing(): Writable<Difference> {
  return { calls: 0, newlyPricedCalls: 0, newlyUnpricedCalls: 0, beforeFemtoUsd: 0n, afterFemtoUsd: 0n };
}

function sizeOf({ beforeFemtoUsd, afterFemtoUsd }: Difference): FemtoUsd {
  const delta = afterFemtoUsd - beforeFemtoUsd;
  return delta < 0n ? -delta : delta;
}

function nameOf({ provider, model }: Pick<ModelDifference, 'provider' | 'model'>): string {
  return JSON.stringify([provider, model]);
}
