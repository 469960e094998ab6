import { reasonOfFault, say } from '../fault.ts';
import type { PolicyRequest, PolicyAnswer } from './policyClient.ts';
import type { PriceFacts } from '../calls/priceFacts.ts';

/** Buckets as the API shows them; one left out is unknown. */
type SettledUsage = Readonly<Record<string, number>>;

export type Settlement =
  | (PriceFacts & {
      readonly usage: SettledUsage;
      readonly model?: string;
      /** False for what is estimated or cut short: the rest of the reservation stays until somebody knows better. */
      readonly final: boolean;
    })
  /** Only for a call that surely was not sent. */
  | { readonly released: true };

/** As much of the client as is needed here. */
export interface PolicySender {
  send(request: PolicyRequest): Promise<PolicyAnswer>;
}

const TIMEOUT_MS = 10_000;
const RETRY_DELAYS_MS: readonly number[] = [200, 1_000, 5_000];
/** At once, each on a kept connection. */
const SENDING_MAX = 8;
/** Beyond this the oldest is dropped: its span settles it, or it expires. */
const WAITING_MAX = 10_000;

interface Waiting {
  readonly id: string;
  readonly settlement: Settlement;
  tries: number;
}

/** Tells Tollgate what calls really used. Nobody waits for it and nothing here fails a call: spans settle as well. */
export class Settlements {
  readonly #sender: PolicySender;
  readonly #waiting: Waiting[] = [];
  readonly #idle: (() => void)[] = [];
  #sending = 0;
  /** Those that wait for another try. */
  #resting = 0;

  constructor(sender: PolicySender) {
    this.#sender = sender;
  }

  add(id: string, settlement: Settlement): void {
    this.#put({ id, settlement, tries: 0 });
  }

  get isIdle(): boolean {
    return this.#waiting.length + this.#sending + this.#resting === 0;
  }

  /** Resolves when nothing waits any more. */
  flush(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #put(one: Waiting): void {
    this.#waiting.push(one);
    if (this.#waiting.length > WAITING_MAX) {
      this.#waiting.shift();
      say(`more than ${WAITING_MAX} settlements wait to be sent; spans settle the others`);
    }
    this.#sendNext();
  }

  #sendNext(): void {
    while (this.#sending < SENDING_MAX) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#sending += 1;
      void this.#send(next).finally(() => this.#sent());
    }
  }

  #sent(): void {
    this.#sending -= 1;
    this.#sendNext();
    if (this.isIdle) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #send(one: Waiting): Promise<void> {
    const reason = await this.#try(one);
    if (reason === null) return;
    const delayMs = RETRY_DELAYS_MS[one.tries];
    if (delayMs === undefined) {
      say(`cannot settle reservations: ${reason}; spans settle them, or they expire`);
      return;
    }
    one.tries += 1;
    this.#resting += 1;
    setTimeout(() => {
      this.#resting -= 1;
      this.#put(one);
    }, delayMs).unref();
  }

  /** Null where it is done with; else why it may succeed later. */
  async #try({ id, settlement }: Waiting): Promise<string | null> {
    try {
      const { status } = await this.#sender.send({
        method: 'POST',
        path: `/decisions/${encodeURIComponent(id)}/settlement`,
        body: settlement,
        timeoutMs: TIMEOUT_MS,
        holdsProcess: false,
      });
      if (status === 429 || status === 408 || status >= 500) return `HTTP status ${status}`;
      // What waited for an approval that nobody gave has nothing to release.
      const isExpected = status === 404 && 'released' in settlement;
      if (status >= 400 && !isExpected) say(`Tollgate refused a settlement: HTTP status ${status}`);
      return null;
    } catch (fault) {
      return reasonOfFault(fault);
    }
  }
}
