import { TollgateError } from '../../src/errors.ts';

/** Of one key; null: as much as the listeners take. Rates hold for each process. */
export interface KeyLimits {
  readonly maxRequestsPerSecond: number | null;
  readonly maxSpansPerSecond: number | null;
  readonly maxBodyBytes: number | null;
}

export const noLimits: KeyLimits = { maxRequestsPerSecond: null, maxSpansPerSecond: null, maxBodyBytes: null };

/** What the requests of one key have left in this process. */
export interface Quota {
  /** The largest body, before and after decompression. */
  readonly bodyBytesMax: number | null;
  /** Takes one request. Throws `rate_limited`, as does one that comes to send spans while those before are not made up for. */
  takeRequest(isIngest: boolean): void;
  /** Takes what an export holds, as a debt where it is more than is left. Throws `rate_limited` where nothing is left. */
  takeSpans(count: number): void;
}

/** A bucket holds what comes in this time: how much may come at once after a rest. */
const BURST_SECONDS = 1;
const MS_A_SECOND = 1_000;

export function createQuota(limits: KeyLimits, keyId: string, nowMs: () => number): Quota {
  const { maxRequestsPerSecond, maxSpansPerSecond, maxBodyBytes } = limits;
  const requests = maxRequestsPerSecond === null ? null : new Bucket(maxRequestsPerSecond, nowMs);
  const spans = maxSpansPerSecond === null ? null : new Bucket(maxSpansPerSecond, nowMs);
  const refuseDebt = (): void => {
    if (spans !== null && spans.level() <= 0) throw tooMany(keyId, 'spans', spans);
  };
  return {
    bodyBytesMax: maxBodyBytes,
    takeRequest(isIngest) {
      if (isIngest) refuseDebt();
      if (requests === null) return;
      if (requests.level() < 1) throw tooMany(keyId, 'requests', requests);
      requests.take(1);
    },
    takeSpans(count) {
      if (spans === null || count === 0) return;
      refuseDebt();
      spans.take(count);
    },
  };
}

function tooMany(keyId: string, what: 'requests' | 'spans', bucket: Bucket): TollgateError {
  return new TollgateError('rate_limited', `Key ${keyId} may send ${bucket.perSecond} ${what} a second: come again`, {
    retryAfterSeconds: bucket.secondsUntilOne(),
  });
}

class Bucket {
  readonly perSecond: number;
  readonly #nowMs: () => number;
  readonly #most: number;
  #level: number;
  #atMs: number;

  constructor(perSecond: number, nowMs: () => number) {
    this.perSecond = perSecond;
    this.#nowMs = nowMs;
    this.#most = perSecond * BURST_SECONDS;
    this.#level = this.#most;
    this.#atMs = nowMs();
  }

  /** What is left now; below 0 it is owed. */
  level(): number {
    const atMs = this.#nowMs();
    // A clock that was set back must not take anything away.
    const passedMs = Math.max(0, atMs - this.#atMs);
    this.#level = Math.min(this.#most, this.#level + (passedMs * this.perSecond) / MS_A_SECOND);
    this.#atMs = atMs;
    return this.#level;
  }

  take(count: number): void {
    this.#level -= count;
  }

  /** Whole seconds, at least 1. */
  secondsUntilOne(): number {
    return Math.max(1, Math.ceil((1 - this.level()) / this.perSecond));
  }
}
