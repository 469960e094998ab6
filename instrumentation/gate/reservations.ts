import { sayFault } from '../fault.ts';
import { fieldsOrEmpty } from '../fields.ts';
import { Settlements } from './settlements.ts';
import type { PolicySender, Settlement } from './settlements.ts';

/** How long a reservation lives that nobody renews: after a crash its money is presumed spent from then on. */
export const TTL_SECONDS = 120;
/** Two renewals may be lost before a living call's reservation expires. */
const RENEWAL_MS = (TTL_SECONDS * 1_000) / 3;
const RENEWAL_TIMEOUT_MS = 10_000;
/** Ids that the API takes in one request. */
const IDS_MAX = 1_000;

/** The reservations of calls that are being made: renewed while they live, settled when they end. */
export class Reservations {
  readonly #sender: PolicySender;
  readonly #settlements: Settlements;
  readonly #open = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(sender: PolicySender) {
    this.#sender = sender;
    this.#settlements = new Settlements(sender);
  }

  open(id: string): void {
    this.#open.add(id);
    this.#timer ??= setInterval(() => void this.#renew(), RENEWAL_MS).unref();
  }

  /** Null leaves it to expire: what its call cost nobody knows, so that its bound is presumed spent. */
  close(id: string, settlement: Settlement | null): void {
    this.#open.delete(id);
    if (this.#open.size === 0 && this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
    if (settlement !== null) this.#settlements.add(id, settlement);
  }

  get hasUnsent(): boolean {
    return !this.#settlements.isIdle;
  }

  /** Resolves when every settlement has arrived or is given up. */
  flush(): Promise<void> {
    return this.#settlements.flush();
  }

  /** All of them in one request. What does not arrive has a second and a third chance. */
  async #renew(): Promise<void> {
    const ids = [...this.#open];
    for (let from = 0; from < ids.length; from += IDS_MAX) {
      try {
        const { status, body } = await this.#sender.send({
          method: 'POST',
          path: '/renewals',
          body: { ids: ids.slice(from, from + IDS_MAX) },
          timeoutMs: RENEWAL_TIMEOUT_MS,
          holdsProcess: false,
        });
        const { ended } = fieldsOrEmpty(body);
        // Settled by a span, or expired: there is nothing left to renew.
        if (status === 200 && Array.isArray(ended)) for (const id of ended) this.#open.delete(String(id));
      } catch (fault) {
        sayFault('renewing reservations', fault);
      }
    }
  }
}
