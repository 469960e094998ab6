import { type ErrorCode, TollgateError } from '../../src/errors.ts';
import type { Database } from './database.ts';
import { groupOf } from './group.ts';
import { createPartitions } from './partitions.ts';
import { DAY_MICROS } from './rollUp.ts';
import type { StoreBatch, StoreOutcome } from './store.ts';
import { faultCode } from './storeFault.ts';
import { writeGroup } from './writeGroup.ts';

export interface Store {
  /** Resolves when the batch is committed. The same batch again, in part or in another order, changes nothing. */
  commit(batch: StoreBatch): Promise<StoreOutcome>;
  /** Resolves when everything given so far is committed or refused. */
  flush(): Promise<void>;
  /** Takes no more batches (`shutting_down`), then flushes. The database stays open. */
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly nowMs?: () => number;
  readonly spansPerGroup?: number;
  readonly queuedSpansMax?: number;
}

/**
 * Transactions in flight. While PostgreSQL works on one group, the next is encoded here; more than two would only make
 * groups smaller. The embedded store has one session.
 */
const LANES = { postgres: 2, embedded: 1 } as const;
/** A group of the embedded store holds up the whole process while it is written, so it is smaller. */
const SPANS_PER_GROUP = { postgres: 4000, embedded: 500 } as const;
/** About two seconds of work; above it senders are told to come again. A batch alone is taken whatever its size. */
const QUEUED_SPANS_MAX = { postgres: 40_000, embedded: 10_000 } as const;
const OVERLOAD_RETRY_SECONDS = 2;
/** 40001 serialization_failure, 40P01 deadlock_detected: the transaction is right and may be tried again. */
const RETRY_SQLSTATE = new Set(['40001', '40P01']);
const ATTEMPTS_MAX = 5;
const MICROS_A_MILLI = 1000;

interface Waiting {
  readonly batch: StoreBatch;
  readonly spans: number;
  resolve(outcome: StoreOutcome): void;
  reject(fault: unknown): void;
}

/**
 * Group commit: batches that arrive while a transaction is in flight go together in the next. A batch that the database
 * refuses fails alone, without the others of its group.
 */
export function createStore(database: Database, options: StoreOptions): Store {
  const nowMs = options.nowMs ?? Date.now;
  const spansPerGroup = options.spansPerGroup ?? SPANS_PER_GROUP[database.kind];
  const queuedSpansMax = options.queuedSpansMax ?? QUEUED_SPANS_MAX[database.kind];
  const partitions = createPartitions(database);
  const queue: Waiting[] = [];
  let queuedSpans = 0;
  let isClosed = false;
  const running = new Set<Promise<void>>();
  let lanes = 0;

  async function write(batches: readonly StoreBatch[]): Promise<StoreOutcome[]> {
    const now = nowMs() * MICROS_A_MILLI;
    const group = groupOf(batches);
    await partitions.ensure([now, now + DAY_MICROS]);
    await partitions.ensure([...group.calls, ...group.spans].map(({ startMicros }) => startMicros));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await database.transaction((client) => writeGroup(client, group, now));
      } catch (fault) {
        if (attempt >= ATTEMPTS_MAX || !RETRY_SQLSTATE.has(faultCode(fault) ?? '')) throw fault;
      }
    }
  }

  async function settle(waiting: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await write(waiting.map(({ batch }) => batch));
      waiting.forEach(({ resolve }, index) => resolve(outcomes[index] ?? { calls: [] }));
    } catch (fault) {
      const isAlone = waiting.length === 1;
      if (isAlone || (fault instanceof TollgateError && fault.code === 'store_unavailable')) for (const { reject } of waiting) reject(fault);
      else for (const each of waiting) await settle([each]);
    }
  }

  async function run(): Promise<void> {
    for (let waiting = takeGroup(queue, spansPerGroup); waiting.length > 0; waiting = takeGroup(queue, spansPerGroup)) {
      await settle(waiting);
      for (const { spans } of waiting) queuedSpans -= spans;
    }
    // In the same turn in which the queue was found empty: a batch that comes after it starts a lane of its own.
    lanes -= 1;
  }

  function start(): void {
    if (lanes >= LANES[database.kind]) return;
    lanes += 1;
    // From the next microtask on: what arrives in this turn of the loop goes in the same group.
    const lane: Promise<void> = Promise.resolve()
      .then(run)
      .finally(() => running.delete(lane));
    running.add(lane);
  }

  async function flush(): Promise<void> {
    while (running.size > 0) await Promise.all(running);
  }

  return {
    commit(batch) {
      const spans = batch.spans.length + batch.calls.length;
      if (isClosed) return refuse('shutting_down', 'The store takes no more spans.');
      if (queuedSpans > 0 && queuedSpans + spans > queuedSpansMax) {
        return refuse('overloaded', `${queuedSpans} spans wait to be stored; ${spans} more would be above ${queuedSpansMax}.`);
      }
      queuedSpans += spans;
      return new Promise((resolve, reject) => {
        queue.push({ batch, spans, resolve, reject });
        start();
      });
    },
    flush,
    async close() {
      isClosed = true;
      await flush();
    },
  };
}

function refuse(code: ErrorCode, message: string): Promise<never> {
  return Promise.reject(new TollgateError(code, message, { retryAfterSeconds: OVERLOAD_RETRY_SECONDS }));
}

/** As many batches as fit, at least one where there is one. */
function takeGroup(queue: Waiting[], spansPerGroup: number): readonly Waiting[] {
  let count = 0;
  for (let spans = 0; count < queue.length; count += 1) {
    spans += queue[count]?.spans ?? 0;
    if (count > 0 && spans > spansPerGroup) break;
  }
  return queue.splice(0, count);
}
