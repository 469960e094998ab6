/** The delays of retries: full jitter, so that what failed together does not come again together. */
export interface RetryTimes {
  readonly firstMs: number;
  readonly maxMs: number;
}

export const retryTimes: RetryTimes = { firstMs: 500, maxMs: 30_000 };

/** Downstream may ask for more patience than the schedule has, not for more than this. */
const RETRY_AFTER_MS_MAX = 300_000;
/** So many failures with no other answer in between mean that downstream as a whole is down, not one payload bad. */
const FAILURES_MIN = 3;

/** Milliseconds until the next attempt after `attempts` failed ones. `random` is in [0, 1). */
export function retryDelayMs(attempts: number, random: number, { firstMs, maxMs }: RetryTimes): number {
  return Math.round(random * Math.min(maxMs, firstMs * 2 ** Math.min(attempts - 1, 30)));
}

/**
 * Keeps a downstream that is down from being asked by every payload: after failures in a row, or where it asked for time,
 * nothing is sent until a delay is over, and then one request alone, until one is answered.
 */
export class Breaker {
  readonly #times: RetryTimes;
  readonly #random: () => number;
  #failures = 0;
  /** Nothing begins before: the breaker's own delay, which an answer ends, and what downstream asked for. */
  #delayedUntilMs = 0;
  #askedUntilMs = 0;

  constructor(times: RetryTimes, random: () => number) {
    this.#times = times;
    this.#random = random;
  }

  /** Requests go one at a time. */
  get isProbing(): boolean {
    return this.#failures >= FAILURES_MIN;
  }

  /** 0: a request may begin. Infinity: when one that is under way has ended. */
  waitMs(nowMs: number, underWay: number): number {
    const untilMs = Math.max(this.#delayedUntilMs, this.#askedUntilMs);
    if (nowMs < untilMs) return untilMs - nowMs;
    return this.isProbing && underWay > 0 ? Infinity : 0;
  }

  /** Downstream did its work, or refused a payload for what it is. True where it was down before. */
  answered(): boolean {
    const wasProbing = this.isProbing;
    this.#failures = 0;
    this.#delayedUntilMs = 0;
    return wasProbing;
  }

  /** True where this is the failure that says downstream is down. */
  failed(nowMs: number, retryAfterMs: number | null): boolean {
    const wasProbing = this.isProbing;
    // Requests that were under way together with the one that failed say nothing new.
    const isNews = this.waitMs(nowMs, 0) === 0;
    if (isNews) this.#failures += 1;
    if (retryAfterMs !== null) {
      // Who asks for time is up, but not for anybody.
      this.#failures = Math.max(this.#failures, FAILURES_MIN);
      this.#askedUntilMs = Math.max(this.#askedUntilMs, nowMs + Math.min(retryAfterMs, RETRY_AFTER_MS_MAX));
    }
    if (!this.isProbing || !isNews) return !wasProbing && this.isProbing;
    const delayMs = retryDelayMs(this.#failures - FAILURES_MIN + 1, this.#random(), this.#times);
    this.#delayedUntilMs = nowMs + delayMs;
    return !wasProbing;
  }
}
