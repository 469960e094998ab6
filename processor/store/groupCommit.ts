import { TollgateError } from '../../src/errors.ts';
import { FairQueue } from './fairQueue.ts';
import { type QueueLimits, QueueRoom, type QueueState, type RefusedReason } from './queueRoom.ts';
import type { StoreBatch, StoreOutcome } from './store.ts';

export interface GroupCommitLimits extends QueueLimits {
  /** How many spans go in one transaction; a larger batch goes alone. */
  readonly spansPerGroup: number;
}

export interface GroupCommit {
  commit(batch: StoreBatch): Promise<StoreOutcome>;
  /** Throws `overloaded` where no export of the tenant would be taken now, however small. */
  admit(tenant: string): void;
  state(): QueueState;
  flush(): Promise<void>;
  /** Takes no more batches. */
  stop(): void;
}

/** How a test or the service looks on. */
export interface GroupCommitEdges {
  readonly nowMs?: () => number;
  readonly onRefused?: ((reason: RefusedReason) => void) | undefined;
}

const STOPPING_RETRY_SECONDS = 2;

interface Waiting {
  readonly tenant: string;
  readonly batch: StoreBatch;
  /** Spans. */
  readonly size: number;
  readonly resolve: (outcome: StoreOutcome) => void;
  readonly reject: (fault: unknown) => void;
}

type Write = (batches: readonly StoreBatch[]) => Promise<readonly StoreOutcome[]>;

/**
 * Batches that arrive while a transaction is in flight go together in the next, those of each tenant in turn. A batch that
 * the database refuses fails alone, without the others of its group.
 */
export function createGroupCommit(
  write: Write,
  limits: GroupCommitLimits,
  { nowMs = () => performance.now(), onRefused }: GroupCommitEdges = {},
): GroupCommit {
  const queue = new FairQueue<Waiting>();
  const room = new QueueRoom(limits, nowMs);
  const running = new Set<Promise<void>>();
  let lanes = 0;
  let isStopped = false;

  async function run(): Promise<void> {
    for (let group = take(); group.length > 0; group = take()) {
      const startedMs = nowMs();
      const spans = group.reduce((sum, each) => sum + each.size, 0);
      // What did not fit waits. A small export before a large one leaves room too, and shows no speed.
      const isFull = !queue.isEmpty && 2 * spans >= limits.spansPerGroup;
      const isStored = await settle(write, group);
      for (const each of group) room.give(each.tenant, each.size);
      room.measure({ spans, ms: nowMs() - startedMs, isFull, isStored });
    }
    // In the same turn in which the queue was found empty: a batch that comes after it starts a lane of its own.
    lanes -= 1;
  }

  const take = (): readonly Waiting[] => queue.take(limits.spansPerGroup);

  function start(): void {
    if (lanes >= limits.lanes) return;
    lanes += 1;
    // From the next microtask on: what arrives in this turn of the loop goes in the same group.
    const lane: Promise<void> = Promise.resolve()
      .then(run)
      .finally(() => running.delete(lane));
    running.add(lane);
  }

  function admit(tenant: string, spans: number): void {
    if (isStopped) {
      const options = { retryAfterSeconds: STOPPING_RETRY_SECONDS };
      throw new TollgateError('shutting_down', 'The store takes no more spans.', options);
    }
    const reason = room.refusal(tenant, spans);
    if (reason === null) return;
    onRefused?.(reason);
    throw room.overloaded(tenant);
  }

  return {
    async commit(batch) {
      const { tenant } = batch;
      const spans = batch.spans.length + batch.calls.length;
      admit(tenant, spans);
      room.take(tenant, spans);
      return new Promise((resolve, reject) => {
        queue.push({ tenant, batch, size: spans, resolve, reject });
        start();
      });
    },
    admit: (tenant) => admit(tenant, 1),
    state: () => room.state,
    async flush() {
      while (running.size > 0) await Promise.all(running);
    },
    stop() {
      isStopped = true;
    },
  };
}

/** Tells every batch of the group what became of it. Never rejects. Resolves to whether the group was stored as a whole. */
async function settle(write: Write, group: readonly Waiting[]): Promise<boolean> {
  try {
    const outcomes = await write(group.map(({ batch }) => batch));
    group.forEach(({ resolve }, index) => resolve(outcomes[index] ?? { calls: [] }));
    return true;
  } catch (fault) {
    if (group.length === 1 || isUnavailable(fault)) for (const { reject } of group) reject(fault);
    else await settleEach(write, group);
    return false;
  }
}

/** Where the store goes away meanwhile, the rest does not wait for one time-out after the other. */
async function settleEach(write: Write, group: readonly Waiting[]): Promise<void> {
  let lost: unknown = null;
  for (const { batch, resolve, reject } of group) {
    if (lost !== null) {
      reject(lost);
      continue;
    }
    try {
      const [outcome = { calls: [] }] = await write([batch]);
      resolve(outcome);
    } catch (fault) {
      if (isUnavailable(fault)) lost = fault;
      reject(fault);
    }
  }
}

function isUnavailable(fault: unknown): boolean {
  return fault instanceof TollgateError && fault.code === 'store_unavailable';
}
