import type { Log } from '../log.ts';
import type { Queries } from '../store/database.ts';
import { delayAfter } from './backoff.ts';
import type { Answer, Delivery } from './delivery.ts';
import type { EndedAttempts } from './endedAttempts.ts';
import type { AlertEndpoint } from './endpoint.ts';
import { senderOf, type Send } from './sender.ts';
import { endDeliveriesOf } from './statements/endDeliveries.ts';
import type { DeliveryEnd } from './statements/finishDeliveries.ts';

export type DeliveryOutcome = 'delivered' | 'failed' | 'dead';

export interface WorkerParts {
  readonly database: Queries;
  readonly ended: EndedAttempts;
  readonly nowMs: () => number;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly onOutcome: (outcome: DeliveryOutcome) => void;
  readonly times: { readonly timeoutMs: number; readonly retryDelaysMs: readonly number[] };
  readonly random: () => number;
  /** Ends attempts in flight. */
  readonly signal: AbortSignal;
}

/** Serves one endpoint: one set of deliveries at a time. */
export class EndpointWorker {
  readonly #id: string;
  readonly #send: Send;
  readonly #parts: WorkerParts;
  #isBusy = false;
  /** Before it the receiver wants nothing. */
  #pausedUntilMs = 0;
  /** What the log was told last: it is told changes, not attempts. */
  #told: DeliveryOutcome = 'delivered';

  constructor(endpoint: AlertEndpoint, parts: WorkerParts) {
    this.#id = endpoint.id;
    this.#send = senderOf(endpoint);
    this.#parts = parts;
  }

  isFree(nowMs: number): boolean {
    return !this.#isBusy && nowMs >= this.#pausedUntilMs;
  }

  async deliver(deliveries: readonly Delivery[]): Promise<void> {
    this.#isBusy = true;
    try {
      const done = await Promise.allSettled(deliveries.map((delivery) => this.#attempt(delivery)));
      const failed = done.find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } finally {
      this.#isBusy = false;
    }
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { nowMs, times, signal, database, ended } = this.#parts;
    const answer = await this.#send(delivery, { nowMs: nowMs(), timeoutMs: times.timeoutMs, signal });
    if (signal.aborted && answer.kind !== 'taken') {
      const end = { state: 'pending', answer: 'the service stopped', delayMs: 0, isCounted: false } as const;
      await ended.write({ delivery, end });
      return;
    }
    const end = this.#endOf(delivery, answer);
    await ended.write({ delivery, end });
    if (answer.kind === 'gone') await endDeliveriesOf(database, this.#id, answer.text);
    const outcome = end.state === 'pending' ? 'failed' : end.state;
    this.#parts.onOutcome(outcome);
    this.#tell(outcome, delivery, answer.text);
  }

  #endOf({ attempt }: Delivery, answer: Answer): DeliveryEnd {
    if (answer.kind === 'taken') return { state: 'delivered', answer: answer.text };
    if (answer.kind === 'gone') return { state: 'dead', answer: answer.text };
    const { nowMs, times, random } = this.#parts;
    const { retryAfterMs } = answer;
    const delayMs = delayAfter(attempt, { retryAfterMs, random: random(), delaysMs: times.retryDelaysMs });
    if (delayMs === null) return { state: 'dead', answer: answer.text };
    if (retryAfterMs !== null) this.#pausedUntilMs = nowMs() + Math.min(retryAfterMs, delayMs);
    return { state: 'pending', answer: answer.text, delayMs, isCounted: true };
  }

  #tell(outcome: DeliveryOutcome, { alert }: Delivery, answer: string): void {
    if (outcome === this.#told || (outcome === 'failed' && this.#told === 'dead')) return;
    const about = { endpoint: this.#id, type: alert.type, answer };
    if (outcome === 'delivered') this.#parts.log.info(about, 'the endpoint takes alerts again');
    else if (outcome === 'failed')
      this.#parts.log.warn(about, 'the endpoint does not take alerts; they are sent again');
    else this.#parts.log.error(about, 'an alert was given up: it stays as a dead letter');
    this.#told = outcome;
  }
}
