import { rollups } from '../../src/ledger.ts';
import { claimReservations, type ClaimingDecision } from '../gate/claimedCalls.ts';
import { updateClaims } from '../gate/claims.ts';
import { type IngestBudgets, post } from '../gate/postBookings.ts';
import { postingsOfBookings } from '../gate/postingsOfBookings.ts';
import { requirePrices } from '../prices/pricesChanged.ts';
import { bookingsOf, changedOf } from './bookings.ts';
import type { Queries } from './database.ts';
import type { Group } from './group.ts';
import type { LedgerRow } from './ledgerRows.ts';
import { addToRollup } from './addToRollup.ts';
import { settleGroup, type SettledGroup, type SettlingAt } from './settleGroup.ts';
import { insertCalls } from './statements/insertCalls.ts';
import { insertLedger } from './statements/insertLedger.ts';
import { insertSpans } from './statements/insertSpans.ts';
import { replaceCalls } from './statements/replaceCalls.ts';
import { updateDecisions } from './statements/updateDecisions.ts';
import { updatePrices } from './statements/updatePrices.ts';
import type { StoreOutcome } from './store.ts';
import { lockTracesOf, type TraceName } from './tracesOfGroup.ts';

export interface WrittenGroup {
  /** For each batch of the group. */
  readonly outcomes: StoreOutcome[];
  readonly conflicts: number;
  /** How many stored calls something else was decided about. */
  readonly redecided: number;
  /** Agents' totals of the settled traces that wait for their settle delay. */
  readonly pending: number;
}

/**
 * The commit of a group, and of traces that are to be settled though nothing arrived, inside its transaction. Every replica takes
 * the same steps and locks in the same order, so that two of them wait for each other but never in a ring: the prices, provider ids,
 * traces, the policy, the reservations that calls name, then the rows of the traces, which only who holds the trace writes, the rollups,
 * and at last the budgets' counters, each in the order of its keys: the hottest rows are locked for the shortest time.
 */
export async function writeGroup(
  client: Queries,
  group: Group,
  others: ReadonlyMap<string, TraceName>,
  at: SettlingAt,
  budgets: IngestBudgets | null,
): Promise<WrittenGroup> {
  if (group.pricesEpochs.size > 0) await requirePrices(client, group.pricesEpochs);
  const locked = await lockTracesOf(client, group, others);
  const settled = await settleGroup(client, group, locked, at);
  const { redecided } = await writeSettled(client, settled, at.nowMicros, budgets);
  return {
    outcomes: outcomesOf(group, settled),
    conflicts: settled.conflicts,
    redecided,
    pending: settled.decisions.filter(({ charge }) => charge === 'pending').length,
  };
}

/** What of a settlement was not in the store before. */
interface WrittenSettlement {
  readonly changed: readonly ClaimingDecision[];
  readonly redecided: number;
}

/** Writes and books what is decided of locked traces. */
export async function writeSettled(
  client: Queries,
  settled: Pick<SettledGroup, 'spans' | 'decisions'>,
  nowMicros: number,
  budgets: IngestBudgets | null,
): Promise<WrittenSettlement> {
  const changed = changedOf(settled.decisions);
  // Whoever brings nothing new needs no policy: what calls claim changes by what arrives, or by what is decided anew.
  const policy = budgets === null || changed.size === 0 ? null : await budgets.policies.current(client);
  const reserving = policy === null ? null : client;
  const claimed = await claimReservations(reserving, settled.decisions, (decision) => changed.has(decision));
  const { inserted, replaced, redecided, repriced, entries } = bookingsOf(claimed.changed, nowMicros);
  if (inserted.length > 0) await insertCalls(client, inserted);
  if (settled.spans.length > 0) await insertSpans(client, settled.spans);
  if (replaced.length > 0) await replaceCalls(client, replaced);
  if (redecided.length > 0) await updateDecisions(client, redecided);
  if (repriced.length > 0) await updatePrices(client, repriced);
  await book(client, entries);
  await updateClaims(client, claimed.reclaimed);
  if (budgets !== null && policy !== null && policy.budgets.length > 0) {
    await post(client, budgets, policy, postingsOfBookings(claimed));
  }
  return { changed: claimed.changed, redecided: redecided.length };
}

async function book(client: Queries, entries: readonly LedgerRow[]): Promise<void> {
  if (entries.length === 0) return;
  await insertLedger(client, entries);
  for (const rollup of rollups) await addToRollup(client, rollup, entries);
}

/** Of a call that a group holds several times, the first is the one that was stored. */
function outcomesOf({ callKeys }: Group, { outcomes }: SettledGroup): StoreOutcome[] {
  const told = new Set<string>();
  return callKeys.map((keys) => ({
    calls: keys.map((key) => {
      const outcome = outcomes.get(key);
      if (outcome === undefined) throw new Error(`expected an outcome of call ${key}, found none`);
      const isFirst = !told.has(key);
      told.add(key);
      return isFirst ? outcome : { ...outcome, known: true };
    }),
  }));
}
