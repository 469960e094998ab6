import { TollgateError } from '../../src/errors.ts';
import { DrainRate } from './drainRate.ts';

export interface QueueLimits {
  /** Transactions in flight. */
  readonly lanes: number;
  /** How many spans may wait or be in flight: what bounds the memory they take. */
  readonly queuedSpansMax: number;
  /** How long an export may be expected to wait: what bounds the time to an acknowledgement. */
  readonly expectedWaitMsMax: number;
}

export type RefusedReason = 'queued_spans' | 'expected_wait';

export interface QueueState {
  readonly queuedSpans: number;
  readonly expectedWaitMs: number;
}

/**
 * A tenant may hold this many times what is still free: one alone gets 3/4 of the room, two floods 3/7 each, and there is
 * always a rest for who comes next (Choudhury and Hahne's dynamic threshold).
 */
const FREE_ROOM_FACTOR = 3;
/** Where no time can be told from what was measured. */
const RETRY_UNKNOWN_SECONDS = 2;
const RETRY_SECONDS_MAX = 30;

/** How much waits to be stored, and whether more is taken: decided before an export is read, and again when its spans are known. */
export class QueueRoom {
  readonly #limits: QueueLimits;
  readonly #nowMs: () => number;
  readonly #held = new Map<string, number>();
  readonly #rate = new DrainRate();
  #queued = 0;
  /** When something was last stored, or began to be after a pause. */
  #progressAtMs = 0;

  constructor(limits: QueueLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** Why an export of so many spans is not taken now, null where it is. Whatever its size it is taken when nothing waits. */
  refusal(tenant: string, spans: number): RefusedReason | null {
    if (this.#queued === 0) return null;
    const { queuedSpansMax, expectedWaitMsMax } = this.#limits;
    const own = this.#held.get(tenant) ?? 0;
    const free = queuedSpansMax - this.#queued;
    // The first export of a tenant is taken while there is any room, or a large one would never be beside a flood.
    if (own === 0 ? free <= 0 : own + spans > FREE_ROOM_FACTOR * free) return 'queued_spans';
    return this.#expectedWaitMs(tenant, spans) > expectedWaitMsMax ? 'expected_wait' : null;
  }

  /** What the refused sender is told. */
  overloaded(tenant: string): TollgateError {
    const waitMs = this.#expectedWaitMs(tenant, 0);
    const message = `${this.#queued} spans wait to be stored, for about ${Math.ceil(waitMs / 1000)} s: come again.`;
    return new TollgateError('overloaded', message, { retryAfterSeconds: this.#retrySeconds(waitMs) });
  }

  take(tenant: string, spans: number): void {
    if (this.#queued === 0) this.#progressAtMs = this.#nowMs();
    this.#queued += spans;
    this.#held.set(tenant, (this.#held.get(tenant) ?? 0) + spans);
  }

  give(tenant: string, spans: number): void {
    this.#queued -= spans;
    const held = (this.#held.get(tenant) ?? 0) - spans;
    if (held > 0) this.#held.set(tenant, held);
    else this.#held.delete(tenant);
  }

  /** A group has ended; only those that were stored tell how fast it goes. */
  measure(group: {
    readonly spans: number;
    readonly ms: number;
    readonly isFull: boolean;
    readonly isStored: boolean;
  }) {
    this.#progressAtMs = this.#nowMs();
    if (group.isStored) this.#rate.measure(group, this.#progressAtMs);
  }

  get state(): QueueState {
    return { queuedSpans: this.#queued, expectedWaitMs: this.#waitMsFor(this.#queued) };
  }

  /** Batches are taken in turn across tenants, so nobody waits for more than his own share of all turns. */
  #expectedWaitMs(tenant: string, spans: number): number {
    const own = this.#held.get(tenant) ?? 0;
    const tenants = this.#held.size + (own === 0 ? 1 : 0);
    return this.#waitMsFor(Math.min(this.#queued, (own + spans) * tenants));
  }

  /** By what was measured; where nothing has been stored for longer than that, at least as long again. */
  #waitMsFor(spansAhead: number): number {
    if (this.#queued === 0) return 0;
    const nowMs = this.#nowMs();
    const rate = this.#rate.at(nowMs);
    const drainMs = rate === null ? 0 : spansAhead / (rate * this.#limits.lanes);
    return Math.max(drainMs, nowMs - this.#progressAtMs);
  }

  /** Between half the wait and all of it: refused senders come back neither all at once nor to an empty queue. */
  #retrySeconds(waitMs: number): number {
    if (this.#rate.at(this.#nowMs()) === null) return RETRY_UNKNOWN_SECONDS;
    const seconds = (waitMs / 1000) * (0.5 + Math.random() / 2);
    return Math.min(Math.max(Math.ceil(seconds), 1), RETRY_SECONDS_MAX);
  }
}
