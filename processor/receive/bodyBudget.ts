import { TollgateError } from '../../src/errors.ts';

/** The bytes of all bodies in flight, so that many senders at once cannot take the memory that one may not. */
export class BodyBudget {
  #held = 0;
  readonly #bytesMax: number;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** What one request holds; released as a whole when the request is done. */
  open(): BodyShare {
    return new BodyShare(this);
  }

  take(bytes: number): void {
    if (this.#held + bytes > this.#bytesMax) {
      throw new TollgateError(
        'overloaded',
        `More than ${this.#bytesMax} bytes of requests are being taken; come again`,
      );
    }
    this.#held += bytes;
  }

  give(bytes: number): void {
    this.#held -= bytes;
  }
}

export class BodyShare {
  #held = 0;
  readonly #budget: BodyBudget;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  take(bytes: number): void {
    this.#budget.take(bytes);
    this.#held += bytes;
  }

  release(): void {
    this.#budget.give(this.#held);
    this.#held = 0;
  }
}
