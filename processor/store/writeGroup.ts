import { attribute } from '../../src/attribution/attribute.ts';
import { charge } from '../../src/charge.ts';
import { entriesOf, rollups } from '../../src/ledger.ts';
import { ancestorsOf, type Descendant, loadAncestors } from './ancestors.ts';
import type { Queries } from './database.ts';
import type { Group, GroupCall } from './group.ts';
import { ledgerRow, type LedgerRow } from './ledgerRows.ts';
import { writeCopies } from './replace.ts';
import { rollUp } from './rollUp.ts';
import { type CallRow, callRowOf, identityKey } from './rows.ts';
import { deleteEmptyRollups } from './statements/deleteEmptyRollups.ts';
import { insertCalls } from './statements/insertCalls.ts';
import { insertLedger } from './statements/insertLedger.ts';
import { insertSpans } from './statements/insertSpans.ts';
import { updateSeen } from './statements/updateSeen.ts';
import { upsertRollup } from './statements/upsertRollup.ts';
import type { StoredCall, StoreOutcome } from './store.ts';

/**
 * The commit of a group, inside its transaction. Every replica takes the same steps in the same order and writes each
 * table in the order of its keys, so that two of them wait for each other but never in a ring: calls, skeletons, better
 * copies of calls, ledger, rollups. The hottest rows, the rollups', come last and are locked for the shortest time.
 */
export async function writeGroup(client: Queries, group: Group, nowMicros: number): Promise<StoreOutcome[]> {
  const rows = await attributeCalls(client, group, nowMicros);
  const written = rows.length === 0 ? [] : await insertCalls(client, rows);
  if (group.spans.length > 0) await insertSpans(client, group.spans);
  const copies = await writeCopies(client, without(rows, written), nowMicros);
  const entries = [...written.flatMap((row) => firstEntries(row, nowMicros)), ...copies.entries];
  await book(client, entries);
  const outcomes = new Map(copies.outcomes);
  for (const row of written) outcomes.set(identityKey(row), { charge: row.call.charge, known: false });
  return outcomesOf(group, outcomes);
}

async function attributeCalls(client: Queries, group: Group, nowMicros: number): Promise<readonly CallRow[]> {
  const descendants = group.calls.map(descendantOf);
  await loadAncestors(client, group.known, descendants);
  return group.calls.map((row, index) => {
    const ancestors = ancestorsOf(group.known, descendants[index] ?? descendantOf(row));
    return callRowOf(row, row, charge(attribute(row.call, ancestors, row.keyAgent)), nowMicros);
  });
}

function descendantOf({ tenant, traceId, startMicros, call }: GroupCall): Descendant {
  return { tenant, traceId, startMicros, parentSpanId: call.parentSpanId };
}

function without(rows: readonly CallRow[], written: readonly CallRow[]): readonly CallRow[] {
  if (written.length === rows.length) return [];
  const set = new Set(written);
  return rows.filter((row) => !set.has(row));
}

function firstEntries(row: CallRow, bookedMicros: number): LedgerRow[] {
  return entriesOf(row.call).map((entry) => ledgerRow(row, entry, 0, bookedMicros));
}

async function book(client: Queries, entries: readonly LedgerRow[]): Promise<void> {
  if (entries.length === 0) return;
  await insertLedger(client, entries);
  for (const rollup of rollups) {
    const rows = rollUp(rollup, entries);
    await upsertRollup(client, rollup, rows);
    const reversed = rows.filter((row) => row.isReversed);
    if (reversed.length === 0) continue;
    await deleteEmptyRollups(client, rollup, reversed);
    if (rollup.seen) await updateSeen(client, rollup, reversed);
  }
}

/** Of a call that a group holds several times, the first is the one that was stored. */
function outcomesOf(group: Group, outcomes: ReadonlyMap<string, StoredCall>): StoreOutcome[] {
  const told = new Set<string>();
  return group.callKeys.map((keys) => ({
    calls: keys.map((key) => {
      const outcome = outcomes.get(key);
      if (outcome === undefined) throw new Error(`expected an outcome of call ${key}, found none`);
      const isFirst = !told.has(key);
      told.add(key);
      return isFirst ? outcome : { charge: outcome.charge, known: true };
    }),
  }));
}
