import { amountOf } from './amounts.ts';
import { costOf, largestOutput, type Bound, type Bounds, type NoBound } from './bound.ts';
import type { Budget } from './budget.ts';
import type { AskedCall } from './decision.ts';
import type { PostedMeasures } from './posting.ts';
import { callMeasures } from './postings.ts';

/** A call as it would be made with one model: the most it can take, for any output it is allowed. */
export class Offer {
  readonly model: string;
  readonly bound: Bound | NoBound;
  readonly #choices: number;
  #measures: PostedMeasures | null = null;
  #measuredAt = 0;

  constructor(call: AskedCall, model: string, bounds: Bounds, atMs: number) {
    this.model = model;
    this.bound = bounds.boundOf(call, model, atMs);
    this.#choices = call.choices;
  }

  /** Null: nobody can say. */
  costAt(outputTokens: number): bigint | null {
    return 'unpriced' in this.bound ? null : costOf(this.bound, outputTokens, this.#choices);
  }

  /** What is reserved; counters take of it what `amountOf` makes of it, now and in every audit. */
  measuresAt(outputTokens: number): PostedMeasures {
    // Every budget asks about the same one or two outputs.
    if (this.#measures === null || this.#measuredAt !== outputTokens) {
      const tokens = this.bound.inputTokens + outputTokens * this.#choices;
      if (!Number.isSafeInteger(tokens)) throw new RangeError(`A call has too many tokens to count: ${tokens}`);
      this.#measures = callMeasures(this.costAt(outputTokens), tokens);
      this.#measuredAt = outputTokens;
    }
    return this.#measures;
  }

  amountAt(budget: Budget, outputTokens: number): bigint {
    return amountOf(budget, this.measuresAt(outputTokens));
  }

  /** The largest output of at most `outputTokens` of which a budget's room takes the amount; -1: not even none. */
  largestOutput(budget: Budget, room: bigint, outputTokens: number): number {
    return capped(
      largestOutput(room, (output) => this.amountAt(budget, output)),
      outputTokens,
    );
  }

  /** As `largestOutput`, for a cost; null where the call has none. */
  largestOutputFor(costFemtoUsd: bigint, outputTokens: number): number | null {
    const { bound } = this;
    if ('unpriced' in bound) return null;
    return capped(
      largestOutput(costFemtoUsd, (output) => costOf(bound, output, this.#choices)),
      outputTokens,
    );
  }

  /** Whether nobody can say what of the call a budget counts. */
  isUnknownTo({ limit }: Budget): boolean {
    if (!('unpriced' in this.bound)) return false;
    return limit.unit === 'usd' || (limit.unit === 'tokens' && this.bound.unpriced === 'unbounded_input');
  }
}

function capped(largest: bigint | null, outputTokens: number): number {
  return largest === null || largest > BigInt(outputTokens) ? outputTokens : Number(largest);
}
