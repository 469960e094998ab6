import { setTimeout as sleep } from 'node:timers/promises';
import type { PricedCall } from '../../src/call.ts';
import { TollgateError } from '../../src/errors.ts';
import { formatUsd } from '../../src/money.ts';
import type { PriceBook, PriceSnapshot } from '../prices/priceBook.ts';
import { PricesChanged } from '../prices/pricesChanged.ts';
import type { Database } from '../store/database.ts';
import { DAY_MICROS } from '../store/rollUp.ts';
import { selectPartitionDays } from '../store/statements/selectPartitionDays.ts';
import { Differences } from './differences.ts';
import { type RepriceParts, repriceTraces } from './repriceTraces.ts';
import { type PagePlace, type RepricedCalls, selectPage } from './statements/selectStoredCalls.ts';
import { newPriceOf, type StoredCall } from './storedCall.ts';

/** How many calls are read at a time, and priced anew by one transaction. One of the embedded store holds up the whole process. */
const CALLS_A_PAGE: Readonly<Record<Database['kind'], number>> = { postgres: 5_000, embedded: 500 };
const CALLS_A_BATCH: Readonly<Record<Database['kind'], number>> = { postgres: 1_000, embedded: 200 };
/** How long it lets others go before it asks again, as a share of what the last question took. */
const PAUSE_SHARE: Readonly<Record<Database['kind'], number>> = { postgres: 0, embedded: 1 };
/** The pool's own limit is for questions. */
const STATEMENT_TIMEOUT_MS = 600_000;
const TELL_EVERY_MS = 1_000;
/** Times that it begins anew because prices changed under it. */
const PASSES_MAX = 20;
const STOPPING_RETRY_SECONDS = 2;

export interface RepriceRunParts extends Omit<RepriceParts, 'rowsABatch' | 'statementTimeoutMs'> {
  readonly prices: Pick<PriceBook, 'refresh'>;
}

interface ChangedCall {
  readonly call: StoredCall;
  readonly price: PricedCall['price'];
}

/** Prices the calls of a tenant anew, day by day, a page at a time. */
export class RepriceRun {
  readonly differences = new Differences();
  /** Calls that were looked at, in the last pass. */
  examined = 0;
  /** Calls whose price is another one, or was: copies that are not charged among them, and those whose card alone is another. */
  restated = 0;
  readonly #parts: RepriceParts;
  readonly #prices: Pick<PriceBook, 'refresh'>;
  readonly #calls: RepricedCalls;
  readonly #isDryRun: boolean;
  readonly #tell: (said: string) => void;
  #toldMs: number;
  #isStopped = false;

  constructor(
    { prices, ...parts }: RepriceRunParts,
    calls: RepricedCalls,
    isDryRun: boolean,
    tell: (said: string) => void,
  ) {
    const rowsABatch = CALLS_A_BATCH[parts.database.kind];
    this.#parts = { ...parts, rowsABatch, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
    this.#prices = prices;
    this.#calls = calls;
    this.#isDryRun = isDryRun;
    this.#tell = tell;
    this.#toldMs = parts.nowMs();
  }

  /** Ends it after its present transaction. */
  stop(): void {
    this.#isStopped = true;
  }

  async run(): Promise<void> {
    for (let pass = 1; ; pass += 1) {
      try {
        this.examined = 0;
        return await this.#pass(await this.#prices.refresh());
      } catch (fault) {
        // What was done stands, and by the new prices it is done again where they say otherwise.
        if (!(fault instanceof PricesChanged) || pass >= PASSES_MAX) throw fault;
      }
    }
  }

  async #pass(prices: PriceSnapshot): Promise<void> {
    const { database } = this.#parts;
    const { fromMicros, toMicros } = this.#calls;
    const days = (await selectPartitionDays(database)).filter((day) => {
      const start = startOf(day);
      return start < toMicros && start + DAY_MICROS > fromMicros;
    });
    for (const [place, day] of days.entries()) {
      const start = startOf(day);
      const calls = {
        ...this.#calls,
        fromMicros: Math.max(start, fromMicros),
        toMicros: Math.min(start + DAY_MICROS, toMicros),
      };
      await this.#day(prices, calls, `${day}, day ${place + 1} of ${days.length}`);
    }
  }

  async #day(prices: PriceSnapshot, calls: RepricedCalls, name: string): Promise<void> {
    const limit = CALLS_A_PAGE[this.#parts.database.kind];
    let after: PagePlace = { startMicros: calls.fromMicros, traceId: '', spanId: '' };
    for (;;) {
      const from = after;
      const page = await this.#inTurn(() => selectPage(this.#parts.database, calls, from, limit));
      this.examined += page.length;
      const changed = page.flatMap((call) => {
        const newPrice = newPriceOf(call, prices);
        return newPrice === null ? [] : [{ call, price: newPrice.stored.price }];
      });
      if (this.#isDryRun) this.#count(changed);
      else await this.#apply(changed, prices);
      this.#say(name);
      const last = page.at(-1);
      if (last === undefined || page.length < limit) return;
      after = { startMicros: last.startMicros, traceId: last.row.trace_id, spanId: last.row.span_id };
    }
  }

  #count(changed: readonly ChangedCall[]): void {
    this.restated += changed.length;
    for (const { call, price } of changed) {
      if (call.row.charge !== 'charged') continue;
      const after = { costFemtoUsd: price.status === 'unpriced' ? null : price.costFemtoUsd };
      this.differences.add(call.row, call, after);
    }
  }

  /** In transactions of about as many calls as a batch holds; each takes the whole of its traces, but for very large ones. */
  async #apply(changed: readonly ChangedCall[], prices: PriceSnapshot): Promise<void> {
    const done = new Set<string>();
    let left = changed;
    while (left.length > 0) {
      const batch = left.slice(0, this.#parts.rowsABatch);
      const traces = {
        calls: this.#calls,
        traceIds: new Set(batch.map(({ call }) => call.row.trace_id)),
        firstMicros: batch[0]?.call.startMicros ?? 0,
        lastMicros: batch.at(-1)?.call.startMicros ?? 0,
      };
      for (;;) {
        const repriced = await this.#inTurn(() => repriceTraces(this.#parts, prices, traces));
        for (const { before, after, ...named } of repriced.moved) this.differences.add(named, before, after);
        this.restated += repriced.written;
        if (repriced.isCut && repriced.written > 0) continue;
        for (const traceId of repriced.whole) done.add(traceId);
        break;
      }
      left = left.slice(batch.length).filter(({ call }) => !done.has(call.row.trace_id));
    }
  }

  async #inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    if (this.#isStopped) {
      throw new TollgateError(
        'shutting_down',
        'The service is stopping. What was repriced so far stands; asked again, it goes on with the rest.',
        { retryAfterSeconds: STOPPING_RETRY_SECONDS },
      );
    }
    const startMs = performance.now();
    const answer = await work();
    await sleep((performance.now() - startMs) * PAUSE_SHARE[this.#parts.database.kind]);
    return answer;
  }

  #say(day: string): void {
    const nowMs = this.#parts.nowMs();
    if (nowMs < this.#toldMs + TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    const { calls, beforeFemtoUsd, afterFemtoUsd } = this.differences.total;
    const delta = formatUsd(afterFemtoUsd - beforeFemtoUsd);
    this.#tell(`${day}: looked at ${this.examined} calls so far, ${calls} cost ${delta} USD more than before`);
  }
}

/** In microseconds. */
function startOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) * 1000;
}
