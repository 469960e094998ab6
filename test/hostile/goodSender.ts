import { setTimeout as delay } from 'node:timers/promises';
import { costFemtoUsd, makeCall, postCalls, type ChatCall } from '../support/exports.ts';

const INTERVAL_MS = 50;
const CALLS_PER_EXPORT = 5;
const RETRY_MS = 200;
const ATTEMPTS_MAX = 300;

/**
 * An application that does all as it should: an export of five calls twenty times a second, sent again where it is told to
 * come again, each attempt timed.
 */
export class GoodSender {
  readonly #http: string;
  readonly #headers: Record<string, string>;
  readonly #latenciesMs: number[] = [];
  #isOver = false;
  #running: Promise<void> = Promise.resolve();
  #calls = 0;
  #refused = 0;
  #femtoUsd = 0n;

  constructor(http: string, key: string) {
    this.#http = http;
    this.#headers = { authorization: `Bearer ${key}` };
  }

  start(): void {
    this.#isOver = false;
    this.#running = this.#run();
  }

  /** Resolves when all it began is acknowledged: how long attempts took since `start`. */
  async stop(): Promise<Latencies> {
    this.#isOver = true;
    await this.#running;
    const sorted = this.#latenciesMs.splice(0).sort((one, two) => one - two);
    const at = (share: number): number =>
      Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
    return { exports: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
  }

  get sent(): { readonly calls: number; readonly femtoUsd: bigint; readonly refused: number } {
    return { calls: this.#calls, femtoUsd: this.#femtoUsd, refused: this.#refused };
  }

  async #run(): Promise<void> {
    const pending: Promise<void>[] = [];
    while (!this.#isOver) {
      const calls = Array.from({ length: CALLS_PER_EXPORT }, (_, index) =>
        makeCall({ inputTokens: 1_000 + index, startedAtMs: Date.now() - 1_000 }),
      );
      pending.push(this.#deliver(calls));
      await delay(INTERVAL_MS);
    }
    await Promise.all(pending);
  }

  async #deliver(calls: readonly ChatCall[]): Promise<void> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const startedMs = performance.now();
      const response = await postCalls(this.#http, calls, this.#headers);
      const text = await response.text();
      this.#latenciesMs.push(performance.now() - startedMs);
      if (response.status === 200 && text === '{}') {
        this.#calls += calls.length;
        for (const call of calls) this.#femtoUsd += costFemtoUsd(call);
        return;
      }
      if (response.status !== 503) throw new Error(`the good sender was answered ${response.status}: ${text}`);
      this.#refused += 1;
      await delay(RETRY_MS);
    }
    throw new Error(`the good sender was refused ${ATTEMPTS_MAX} times`);
  }
}

export interface Latencies {
  readonly exports: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}
