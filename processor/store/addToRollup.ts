import type { Rollup } from '../../src/ledger.ts';
import type { Queries } from './database.ts';
import type { LedgerRow } from './ledgerRows.ts';
import { rollUp } from './rollUp.ts';
import { deleteEmptyRollups } from './statements/deleteEmptyRollups.ts';
import { updateSeen } from './statements/updateSeen.ts';
import { upsertRollup } from './statements/upsertRollup.ts';

/** Adds entries to the sums of one rollup; a row that nothing is left of goes, and what was taken back is no longer seen. */
export async function addToRollup(client: Queries, rollup: Rollup, entries: readonly LedgerRow[]): Promise<void> {
  const rows = rollUp(rollup, entries);
  if (rows.length === 0) return;
  await upsertRollup(client, rollup, rows);
  const reversed = rows.filter((row) => row.isReversed);
  if (reversed.length === 0) return;
  await deleteEmptyRollups(client, rollup, reversed);
  if (rollup.seen) await updateSeen(client, rollup, reversed);
}
