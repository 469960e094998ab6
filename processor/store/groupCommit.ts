import { type ErrorCode, TollgateError } from '../../src/errors.ts';
import type { StoreBatch, StoreOutcome } from './store.ts';

export interface GroupCommitLimits {
  /** Transactions in flight. */
  readonly lanes: number;
  /** How many spans go in one transaction; a larger batch goes alone. */
  readonly spansPerGroup: number;
  /** How many spans may wait or be in flight; a batch is taken whatever its size when nothing waits. */
  readonly queuedSpansMax: number;
}

export interface GroupCommit {
  commit(batch: StoreBatch): Promise<StoreOutcome>;
  flush(): Promise<void>;
  /** Takes no more batches. */
  stop(): void;
}

const OVERLOAD_RETRY_SECONDS = 2;

interface Waiting {
  readonly batch: StoreBatch;
  readonly spans: number;
  readonly resolve: (outcome: StoreOutcome) => void;
  readonly reject: (fault: unknown) => void;
}

type Write = (batches: readonly StoreBatch[]) => Promise<readonly StoreOutcome[]>;

/**
 * Batches that arrive while a transaction is in flight go together in the next. A batch that the database refuses fails
 * alone, without the others of its group.
 */
export function createGroupCommit(write: Write, limits: GroupCommitLimits): GroupCommit {
  const queue: Waiting[] = [];
  const running = new Set<Promise<void>>();
  let lanes = 0;
  let queuedSpans = 0;
  let isStopped = false;

  async function run(): Promise<void> {
    for (let group = takeGroup(queue, limits); group.length > 0; group = takeGroup(queue, limits)) {
      await settle(write, group);
      for (const { spans } of group) queuedSpans -= spans;
    }
    // In the same turn in which the queue was found empty: a batch that comes after it starts a lane of its own.
    lanes -= 1;
  }

  function start(): void {
    if (lanes >= limits.lanes) return;
    lanes += 1;
    // From the next microtask on: what arrives in this turn of the loop goes in the same group.
    const lane: Promise<void> = Promise.resolve()
      .then(run)
      .finally(() => running.delete(lane));
    running.add(lane);
  }

  return {
    commit(batch) {
      const spans = batch.spans.length + batch.calls.length;
      if (isStopped) return refuse('shutting_down', 'The store takes no more spans.');
      if (queuedSpans > 0 && queuedSpans + spans > limits.queuedSpansMax) {
        const message = `${queuedSpans} spans wait to be stored; ${spans} more would be above ${limits.queuedSpansMax}.`;
        return refuse('overloaded', message);
      }
      queuedSpans += spans;
      return new Promise((resolve, reject) => {
        queue.push({ batch, spans, resolve, reject });
        start();
      });
    },
    async flush() {
      while (running.size > 0) await Promise.all(running);
    },
    stop() {
      isStopped = true;
    },
  };
}

/** Tells every batch of the group what became of it. Never rejects. */
async function settle(write: Write, group: readonly Waiting[]): Promise<void> {
  try {
    const outcomes = await write(group.map(({ batch }) => batch));
    group.forEach(({ resolve }, index) => resolve(outcomes[index] ?? { calls: [] }));
  } catch (fault) {
    const isUnavailable = fault instanceof TollgateError && fault.code === 'store_unavailable';
    if (group.length === 1 || isUnavailable) for (const { reject } of group) reject(fault);
    else for (const each of group) await settle(write, [each]);
  }
}

function refuse(code: ErrorCode, message: string): Promise<never> {
  return Promise.reject(new TollgateError(code, message, { retryAfterSeconds: OVERLOAD_RETRY_SECONDS }));
}

/** As many batches as fit, at least one where there is one. */
function takeGroup(queue: Waiting[], { spansPerGroup }: GroupCommitLimits): readonly Waiting[] {
  let count = 0;
  for (let spans = 0; count < queue.length; count += 1) {
    spans += queue[count]?.spans ?? 0;
    if (count > 0 && spans > spansPerGroup) break;
  }
  return queue.splice(0, count);
}
