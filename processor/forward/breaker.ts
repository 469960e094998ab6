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
  #closedUntilMs = 0;

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
    if (nowMs < this.#closedUntilMs) return this.#closedUntilMs - nowMs;
    return this.isProbing && underWay > 0 ? Infinity : 0;
  }

  /** Downstream did its work, or refused a payload for what it is. True where it was down before. */
  answered(): boolean {
    const wasProbing = this.isProbing;
    this.#failures = 0;
    this.#closedUntilMs = 0;
    return wasProbing;
  }

  /** True where this is the failure that says downstream is down. */
  failed(nowMs: number, retryAfterMs: number | null): boolean {
    const wasProbing = this.isProbing;
    // Requests that were under way together with the one that failed say nothing new.
    const isNews = nowMs >= this.#closedUntilMs;
    if (isNews) this.#failures += 1;
    // Who asks for time is up, but not for anybody.
    if (retryAfterMs !== null) this.#failures = Math.max(this.#failures, FAILURES_MIN);
    if (!this.isProbing) return false;
    const jittered = isNews ? retryDelayMs(this.#failures - FAILURES_MIN + 1, this.#random(), this.#times) : 0;
    const delayMs = Math.max(jittered, Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX));
    this.#closedUntilMs = Math.max(this.#closedUntilMs, nowMs + delayMs);
    return !wasProbing;
  }
}
