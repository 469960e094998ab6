import { entriesOf, reversalOf } from '../../src/ledger.ts';
import { isBetter } from './content.ts';
import type { Queries } from './database.ts';
import { ledgerRow, type LedgerRow } from './ledgerRows.ts';
import { type CallRow, identityKey } from './rows.ts';
import { replaceCalls } from './statements/replaceCalls.ts';
import { selectCopies, type StoredCopy } from './statements/selectCopies.ts';
import { selectLastEntries } from './statements/selectLastEntries.ts';
import type { StoredCall } from './store.ts';

export interface WrittenCopies {
  /** What is booked back and anew. */
  readonly entries: readonly LedgerRow[];
  /** For each row by its key. */
  readonly outcomes: ReadonlyMap<string, StoredCall>;
}

/**
 * Calls that the store has already. An equal or lesser copy changes nothing, which is nearly all of them: a resend. A
 * better one replaces the stored row, its old booking is booked back and the new one booked.
 */
export async function writeCopies(
  client: Queries,
  rows: readonly CallRow[],
  nowMicros: number,
): Promise<WrittenCopies> {
  const outcomes = new Map<string, StoredCall>();
  const stored = rows.length === 0 ? [] : await selectCopies(client, rows, { lock: false });
  const candidates = known(rows, stored, outcomes);
  if (candidates.length === 0) return { entries: [], outcomes };
  // Once more under the lock: another replica may have put a better copy there meanwhile.
  const locked = await selectCopies(client, candidates, { lock: true });
  const better = known(candidates, locked, outcomes);
  if (better.length === 0) return { entries: [], outcomes };
  const last = await selectLastEntries(client, better);
  await replaceCalls(client, better);
  const entries = better.flatMap((row, index) => {
    outcomes.set(identityKey(row), { charge: row.call.charge, known: false });
    const booked = last[index];
    const entryNo = booked === undefined ? 0 : booked.entryNo + 1;
    // A call whose last booking took it out has nothing left to book back.
    const reversals = booked !== undefined && booked.entry.measures.calls > 0 ? [reversalOf(booked.entry)] : [];
    return [...reversals, ...entriesOf(row.call, 'replaced')].map((entry, place) =>
      ledgerRow(row, entry, entryNo + place, nowMicros),
    );
  });
  return { entries, outcomes };
}

/** The rows that are better than what is stored; notes the others as known. */
function known(
  rows: readonly CallRow[],
  stored: readonly (StoredCopy | undefined)[],
  outcomes: Map<string, StoredCall>,
): readonly CallRow[] {
  return rows.filter((row, index) => {
    const copy = stored[index];
    if (copy === undefined) throw new Error(`expected call ${identityKey(row)} in the store, found none`);
    if (isBetter(row, copy)) return true;
    outcomes.set(identityKey(row), { charge: copy.charge, known: true });
    return false;
  });
}
