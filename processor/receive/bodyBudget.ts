import { TollgateError } from '../../src/errors.ts';
import type { Caller } from '../access/caller.ts';

/** A caller counts as being there for so long after its last request. */
const PRESENT_MS = 60_000;

/** The bytes of all bodies in flight, so that many senders at once cannot take the memory that one may not. */
export class BodyBudget {
  #held = 0;
  readonly #bytesMax: number;
  readonly #nowMs: () => number;
  /** By the callers' keys; a caller that holds nothing has no entry. */
  readonly #heldBy = new Map<string, number>();
  /** The two callers that came last: whoever asks, one of them is another. */
  #latest: Presence | null = null;
  #latestOther: Presence | null = null;

  constructor(bytesMax: number, nowMs: () => number = () => performance.now()) {
    this.#bytesMax = bytesMax;
    this.#nowMs = nowMs;
  }

  /** What one request holds; released as a whole when the request is done. */
  open({ keyId }: Pick<Caller, 'keyId'>): BodyShare {
    const owner = keyId ?? '';
    if (this.#latest?.owner !== owner) this.#latestOther = this.#latest;
    this.#latest = { owner, atMs: this.#nowMs() };
    return new BodyShare(this, owner);
  }

  /** `shareHeld`: what the same request holds already. Throws `overloaded`. */
  take(owner: string, bytes: number, shareHeld: number): void {
    if (this.#held + bytes > this.#bytesMax) {
      throw new TollgateError(
        'overloaded',
        `More than ${this.#bytesMax} bytes of requests are being taken; come again`,
      );
    }
    const ofOwner = this.#heldBy.get(owner) ?? 0;
    const half = this.#bytesMax / 2;
    // A single request is never refused for what it holds itself.
    if (ofOwner > shareHeld && ofOwner + bytes > half && this.#isOtherThere(owner)) {
      throw new TollgateError(
        'overloaded',
        `One caller may have ${half} bytes of requests in flight while others send; come again`,
      );
    }
    this.#held += bytes;
    this.#heldBy.set(owner, ofOwner + bytes);
  }

  give(owner: string, bytes: number): void {
    this.#held -= bytes;
    const left = (this.#heldBy.get(owner) ?? 0) - bytes;
    if (left > 0) this.#heldBy.set(owner, left);
    else this.#heldBy.delete(owner);
  }

  #isOtherThere(owner: string): boolean {
    const other = this.#latest?.owner === owner ? this.#latestOther : this.#latest;
    return other !== null && this.#nowMs() - other.atMs < PRESENT_MS;
  }
}

interface Presence {
  readonly owner: string;
  readonly atMs: number;
}

export class BodyShare {
  #held = 0;
  readonly #budget: BodyBudget;
  readonly #owner: string;

  constructor(budget: BodyBudget, owner: string) {
    this.#budget = budget;
    this.#owner = owner;
  }

  take(bytes: number): void {
    this.#budget.take(this.#owner, bytes, this.#held);
    this.#held += bytes;
  }

  release(): void {
    this.#budget.give(this.#owner, this.#held);
    this.#held = 0;
  }
}
