/** What was measured counts for about this much time of work; so the rate follows within some groups. */
const MEMORY_MS = 5_000;
/** What was measured longer ago says nothing about now. */
const STALE_MS = 60_000;

/**
 * Spans that one lane stores in a millisecond, as its groups show. A full group shows the rate itself. A smaller one takes
 * mostly the time that every transaction takes, so it shows only that at least so much is possible.
 */
export class DrainRate {
  #spans = 0;
  #ms = 0;
  #measuredAtMs = -Infinity;

  measure(group: { readonly spans: number; readonly ms: number; readonly isFull: boolean }, nowMs: number): void {
    const { spans, isFull } = group;
    const ms = Math.max(group.ms, 0.1);
    const known = this.at(nowMs);
    if (isFull && known !== null) {
      const kept = Math.exp(-ms / MEMORY_MS);
      this.#spans = this.#spans * kept + spans;
      this.#ms = this.#ms * kept + ms;
    } else if (isFull || (known !== null && spans / ms > known)) {
      this.#spans = spans;
      this.#ms = ms;
    } else {
      return;
    }
    this.#measuredAtMs = nowMs;
  }

  /** Null where nothing is known. */
  at(nowMs: number): number | null {
    return nowMs - this.#measuredAtMs > STALE_MS ? null : this.#spans / this.#ms;
  }
}
