import type { IngestBudgets } from '../gate/postBookings.ts';
import type { Database } from './database.ts';
import { type Group, groupOf } from './group.ts';
import { createGroupCommit, type GroupCommitLimits } from './groupCommit.ts';
import { createPartitions } from './partitions.ts';
import type { QueueState, RefusedReason } from './queueRoom.ts';
import { DAY_MICROS } from './rollUp.ts';
import { MoreTracesNeeded } from './settleGroup.ts';
import { selectDueTotals } from './statements/selectDueTotals.ts';
import type { StoreBatch, StoreOutcome } from './store.ts';
import { dataFault, faultCode } from './storeFault.ts';
import { traceKey, type TraceName } from './tracesOfGroup.ts';
import { type WrittenGroup, writeGroup } from './writeGroup.ts';

export interface Store {
  /**
   * Resolves when the batch is committed. The same batch again, in part or in another order, changes nothing. Rejects with
   * `overloaded`, `store_unavailable` or `shutting_down` where a later attempt may succeed.
   */
  commit(batch: StoreBatch): Promise<StoreOutcome>;
  /** Throws `overloaded` where no export of the tenant would be taken now: asked before an export is read. */
  admit(tenant: string): void;
  /** How much waits, and how long the last of it will. */
  queue(): QueueState;
  /** Charges agents' totals whose settle delay has passed; resolves to how many calls it decided about, 0 when none is due. */
  settle(): Promise<number>;
  /** Whether `settle` may find something: a total stored here is due, or it is long since anybody asked for those of other replicas. */
  maySettle(): boolean;
  /** Resolves when everything given so far is committed or refused. */
  flush(): Promise<void>;
  /** Takes no more batches (`shutting_down`), then flushes. The database stays open. */
  close(): Promise<void>;
  /** Spans that started before this are of days whose books retention has closed; 0 while none is known to be. */
  closedBeforeMs(): number;
}

export interface StoreOptions extends Partial<GroupCommitLimits> {
  readonly nowMs?: () => number;
  /** How long an agent's total waits for the calls below it before it is charged itself. */
  readonly settleDelayMs: number;
  /** What is charged is counted in these budgets. Without them no call claims a reservation. */
  readonly budgets?: IngestBudgets;
  /** Called after each commit that did more than to add calls. */
  readonly onSettled?: (settled: Pick<WrittenGroup, 'conflicts' | 'redecided'>) => void;
  /** Called for each export that is refused because too much waits. */
  readonly onRefused?: (reason: RefusedReason) => void;
}

/** Exporters give up after 10 s by default: what waits longer than half of it is sent again while it is stored. */
const EXPECTED_WAIT_MS_MAX = 4_000;

/**
 * While PostgreSQL works on one group, the next is encoded here; more than two lanes would only make groups smaller. A
 * group of the embedded store holds up the whole process while it is written, so it is small, and there is one session.
 * Some two to four seconds of work may wait; a queued span takes 2 to 4 kB.
 */
const LIMITS: Readonly<Record<Database['kind'], GroupCommitLimits>> = {
  postgres: { lanes: 2, spansPerGroup: 2000, queuedSpansMax: 50_000, expectedWaitMsMax: EXPECTED_WAIT_MS_MAX },
  embedded: { lanes: 1, spansPerGroup: 500, queuedSpansMax: 20_000, expectedWaitMsMax: EXPECTED_WAIT_MS_MAX },
};

/** 40001 serialization_failure, 40P01 deadlock_detected: the transaction is right and may be tried again. */
const RETRY_SQLSTATE: ReadonlySet<string | null> = new Set(['40001', '40P01']);
const ATTEMPTS_MAX = 5;
const MICROS_A_MILLI = 1000;

/** Traces settled in one transaction where nothing arrived. */
const DUE_TRACES_MAX = 500;
/** The question looks into every day's partition: it is asked without a reason only for totals of replicas that are gone. */
const ASK_INTERVAL_MS = 60_000;
/** Times that a transaction starts again with more traces before it settles what it has. */
const STEPS_MAX = 8;

/** Books batches of spans and calls: all of a batch or nothing of it, each call once. */
export function createStore(database: Database, options: StoreOptions): Store {
  const { nowMs = Date.now, settleDelayMs, onSettled, onRefused, budgets = null, ...limits } = options;
  const settleDelayMicros = settleDelayMs * MICROS_A_MILLI;
  const partitions = createPartitions(database);
  let askedAtMs = -Infinity;
  let lastDueMs = -Infinity;

  async function write(group: Group, asked: readonly TraceName[]): Promise<WrittenGroup> {
    try {
      return await writeOnce(group, asked);
    } catch (fault) {
      if (!isPartitionMissing(fault)) throw fault;
      // Retention has dropped a day: asked anew, its books are closed, or it has been made since.
      partitions.forget();
      return writeOnce(group, asked);
    }
  }

  async function writeOnce(group: Group, asked: readonly TraceName[]): Promise<WrittenGroup> {
    const nowMicros = nowMs() * MICROS_A_MILLI;
    await partitions.ensure([nowMicros, nowMicros + DAY_MICROS]);
    await partitions.ensure(group.calls.map(({ startMicros }) => startMicros));
    await partitions.ensure(group.spans.map(({ startMicros }) => startMicros));
    const written = await withAllTraces(asked, (others, followsLinks) => {
      const at = { nowMicros, settleDelayMicros, followsLinks };
      return retrying(() => database.transaction((client) => writeGroup(client, group, others, at, budgets)));
    });
    if (written.conflicts > 0 || written.redecided > 0) onSettled?.(written);
    if (written.pending > 0) lastDueMs = Math.max(lastDueMs, nowMs() + settleDelayMs);
    return written;
  }

  async function writeBatches(batches: readonly StoreBatch[]): Promise<readonly StoreOutcome[]> {
    return (await write(groupOf(batches), [])).outcomes;
  }

  const groups = createGroupCommit(
    (batches) => writeBatches(batches).catch((fault: unknown) => Promise.reject(dataFault(fault))),
    { ...LIMITS[database.kind], ...limits },
    { onRefused },
  );
  return {
    commit: (batch) => groups.commit(batch),
    admit: (tenant) => groups.admit(tenant),
    queue: () => groups.state(),
    flush: () => groups.flush(),
    maySettle: () => askedAtMs <= lastDueMs || nowMs() >= askedAtMs + ASK_INTERVAL_MS,
    async settle() {
      const askedMs = nowMs();
      const due = await selectDueTotals(database, askedMs * MICROS_A_MILLI - settleDelayMicros, DUE_TRACES_MAX);
      // Where there may be more, it is asked again.
      if (due.length < DUE_TRACES_MAX) askedAtMs = askedMs;
      return due.length === 0 ? 0 : (await write(groupOf([]), due)).redecided;
    },
    async close() {
      groups.stop();
      await groups.flush();
    },
    closedBeforeMs: () => partitions.closedBeforeMicros() / MICROS_A_MILLI,
  };
}

/** 23514 check_violation, which no other rule of the tables can raise on a row. */
function isPartitionMissing(fault: unknown): boolean {
  return faultCode(fault) === '23514' && fault instanceof Error && fault.message.startsWith('no partition of relation');
}

/** Settles again with the traces that turned out to be concerned, all locked in order from the start. */
export async function withAllTraces<T>(
  asked: readonly TraceName[],
  settle: (traces: ReadonlyMap<string, TraceName>, followsLinks: boolean) => Promise<T>,
): Promise<T> {
  const traces = new Map(asked.map((trace) => [traceKey(trace), trace]));
  for (let step = 1; ; step += 1) {
    try {
      return await settle(traces, step < STEPS_MAX);
    } catch (fault) {
      if (!(fault instanceof MoreTracesNeeded)) throw fault;
      for (const trace of fault.traces) traces.set(traceKey(trace), trace);
    }
  }
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
