import type { Database } from './database.ts';
import { groupOf } from './group.ts';
import { createGroupCommit, type GroupCommitLimits } from './groupCommit.ts';
import { createPartitions } from './partitions.ts';
import { DAY_MICROS } from './rollUp.ts';
import type { StoreBatch, StoreOutcome } from './store.ts';
import { faultCode } from './storeFault.ts';
import { writeGroup } from './writeGroup.ts';

export interface Store {
  /**
   * Resolves when the batch is committed. The same batch again, in part or in another order, changes nothing. Rejects with
   * `overloaded`, `store_unavailable` or `shutting_down` where a later attempt may succeed.
   */
  commit(batch: StoreBatch): Promise<StoreOutcome>;
  /** Resolves when everything given so far is committed or refused. */
  flush(): Promise<void>;
  /** Takes no more batches (`shutting_down`), then flushes. The database stays open. */
  close(): Promise<void>;
}

export interface StoreOptions extends Partial<GroupCommitLimits> {
  readonly nowMs?: () => number;
}

/**
 * While PostgreSQL works on one group, the next is encoded here; more than two lanes would only make groups smaller. A
 * group of the embedded store holds up the whole process while it is written, so it is small, and there is one session.
 * About two seconds of work may wait.
 */
const LIMITS: Readonly<Record<Database['kind'], GroupCommitLimits>> = {
  postgres: { lanes: 2, spansPerGroup: 2000, queuedSpansMax: 40_000 },
  embedded: { lanes: 1, spansPerGroup: 500, queuedSpansMax: 10_000 },
};

/** 40001 serialization_failure, 40P01 deadlock_detected: the transaction is right and may be tried again. */
const RETRY_SQLSTATE: ReadonlySet<string | null> = new Set(['40001', '40P01']);
const ATTEMPTS_MAX = 5;
const MICROS_A_MILLI = 1000;

/** Books batches of spans and calls: all of a batch or nothing of it, each call once. */
export function createStore(database: Database, { nowMs = Date.now, ...limits }: StoreOptions): Store {
  const partitions = createPartitions(database);

  async function write(batches: readonly StoreBatch[]): Promise<StoreOutcome[]> {
    const nowMicros = nowMs() * MICROS_A_MILLI;
    const group = groupOf(batches);
    await partitions.ensure([nowMicros, nowMicros + DAY_MICROS]);
    await partitions.ensure(group.calls.map(({ startMicros }) => startMicros));
    await partitions.ensure(group.spans.map(({ startMicros }) => startMicros));
    return retrying(() => database.transaction((client) => writeGroup(client, group, nowMicros)));
  }

  const groups = createGroupCommit(write, { ...LIMITS[database.kind], ...limits });
  return {
    commit: (batch) => groups.commit(batch),
    flush: () => groups.flush(),
    async close() {
      groups.stop();
      await groups.flush();
    },
  };
}

async function retrying<T>(transact: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transact();
    } catch (fault) {
      if (attempt >= ATTEMPTS_MAX || !RETRY_SQLSTATE.has(faultCode(fault))) throw fault;
    }
  }
}
