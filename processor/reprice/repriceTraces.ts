import type { IngestBudgets } from '../gate/postBookings.ts';
import { transact } from '../gate/transact.ts';
import type { ClaimingDecision } from '../gate/claimedCalls.ts';
import type { PriceSnapshot } from '../prices/priceBook.ts';
import { requirePrices } from '../prices/pricesChanged.ts';
import { withAllTraces } from '../store/createStore.ts';
import type { Database, Queries } from '../store/database.ts';
import { groupOf } from '../store/group.ts';
import { bookedFactsOfSpan } from '../store/settledSpan.ts';
import { settleGroup, type SettlingAt } from '../store/settleGroup.ts';
import type { NewPrice } from '../store/traceRows.ts';
import { lockTracesOf, type LockedTraces, type TraceName } from '../store/tracesOfGroup.ts';
import { writeSettled } from '../store/writeGroup.ts';
import type { Booked } from './differences.ts';
import { type RepricedCalls, selectCallsOfTraces } from './statements/selectStoredCalls.ts';
import { newPriceOf } from './storedCall.ts';

/** Calls found to have another price than stored, of some traces. */
export interface PricedTraces {
  readonly calls: RepricedCalls;
  readonly traceIds: ReadonlySet<string>;
  /** When the first and the last of them start. Of a trace too large to be read whole, only calls in between are priced anew. */
  readonly firstMicros: number;
  readonly lastMicros: number;
}

/** A call that is charged otherwise than before. */
interface Moved {
  readonly provider: string | null;
  readonly model: string | null;
  /** Null: not charged. */
  readonly before: Booked | null;
  readonly after: Booked | null;
}

export interface RepricedTraces {
  readonly moved: readonly Moved[];
  /** Calls whose price was written, whether it is charged or not. */
  readonly written: number;
  /** There are more of these traces than one transaction takes. */
  readonly isCut: boolean;
  /** The traces of which all calls were looked at. */
  readonly whole: readonly string[];
}

export interface RepriceParts {
  readonly database: Database;
  readonly budgets: IngestBudgets;
  readonly settleDelayMicros: number;
  readonly nowMs: () => number;
  /** Calls that one transaction prices anew at most. */
  readonly rowsABatch: number;
  readonly statementTimeoutMs: number;
}

/**
 * Prices calls of some traces anew, in one transaction, and books the difference. It takes the steps and locks of a commit
 * (processor/store/writeGroup.ts) that brings nothing: the prices, the traces and all else in its order. What is decided by figures is
 * decided anew: a copy of a call that has a price by now may be charged in place of one that has none. Traces that share calls with
 * these are priced anew with them, so that no charge moves to and fro. Throws `PricesChanged` where the snapshot is not in force.
 */
export function repriceTraces(
  parts: RepriceParts,
  prices: PriceSnapshot,
  traces: PricedTraces,
): Promise<RepricedTraces> {
  const { tenant } = traces.calls;
  const asked = [...traces.traceIds].map((traceId): TraceName => ({ tenant, traceId }));
  return withAllTraces(asked, (others, followsLinks) =>
    transact(parts.database, async (client) => {
      await client.query(`set local statement_timeout = ${parts.statementTimeoutMs}`);
      await requirePrices(client, [prices.epoch]);
      const locked = await lockTracesOf(client, groupOf([]), others);
      const { changed, isCut } = await findChanged(client, parts, prices, traces, locked);
      const whole = locked.known.filter(({ isLarge }) => !isLarge).map(({ traceId }) => traceId);
      if (changed.length === 0) return { moved: [], written: 0, isCut, whole };
      const nowMicros = parts.nowMs() * MICROS_A_MILLI;
      const at: SettlingAt = { nowMicros, settleDelayMicros: parts.settleDelayMicros, followsLinks };
      const settled = await settleGroup(client, groupOf([]), locked, at, changed);
      const written = await writeSettled(client, settled, nowMicros, parts.budgets);
      return {
        moved: written.changed.flatMap(movedOf),
        written: written.changed.filter(({ span }) => span.repriced !== null).length,
        isCut,
        whole,
      };
    }),
  );
}

const MICROS_A_MILLI = 1000;

async function findChanged(
  client: Queries,
  { rowsABatch }: RepriceParts,
  prices: PriceSnapshot,
  { calls, firstMicros, lastMicros }: PricedTraces,
  { known }: LockedTraces,
): Promise<{ readonly changed: readonly NewPrice[]; readonly isCut: boolean }> {
  const times = known.flatMap((trace) => {
    const [least, greatest] = trace.isLarge ? [firstMicros, lastMicros] : [trace.firstMicros, trace.lastMicros];
    const first = Math.max(least, calls.fromMicros);
    const last = Math.min(greatest, calls.toMicros - 1);
    return first > last ? [] : [{ traceId: trace.traceId, firstMicros: first, lastMicros: last }];
  });
  const stored = await selectCallsOfTraces(client, calls, times);
  const changed = stored.flatMap((call) => newPriceOf(call, prices) ?? []);
  return { changed: changed.slice(0, rowsABatch), isCut: changed.length > rowsABatch };
}

function movedOf({ span, charge }: ClaimingDecision): readonly Moved[] {
  const { stored } = span;
  if (stored === null) return [];
  const { provider, model } = stored.facts;
  const before = stored.charge === 'charged' ? bookedOf(stored.facts) : null;
  const after = charge === 'charged' ? bookedOf(bookedFactsOfSpan(span)) : null;
  return before?.costFemtoUsd === after?.costFemtoUsd ? [] : [{ provider, model, before, after }];
}

function bookedOf({ measures }: ReturnType<typeof bookedFactsOfSpan>): Booked {
  return { costFemtoUsd: measures.unpricedCalls > 0 ? null : measures.costFemtoUsd };
}
