import type { Queries } from '../../processor/store/database.ts';
import { groupBy } from './auditor/row.ts';
import { allDimensions, identity, measures } from './storedBooks.ts';

interface Entry {
  readonly key: string;
  readonly entry_no: number;
  readonly reason: string;
  readonly dimensions: string;
  /** Of a booking; of one that books back what it takes, with the signs turned. */
  readonly amounts: string;
  readonly calls: string;
}

const TAKEN_BACK = new Set(['replaced', 'attributed', 'merged', 'reversed']);
const absolute = [...measures, 'cost_usd'].map((name) => `abs(${name})`).join(', ');
const signs = [...measures, 'cost_usd'].map((name) => `${name} * calls >= 0`).join(' and ');

/**
 * Where the ledger is not what docs/charging.md says of it: "Each change books the old entry back and the new one after it, both
 * with the reason … First bookings say `charge`." By call.
 */
export async function ledgerFaults(database: Queries): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = await database.query<Entry>(
    `select ${identity}, entry_no, reason, jsonb_build_array(${allDimensions.join(', ')})::text as dimensions,
       jsonb_build_array(${absolute}, ${signs})::text as amounts, calls::text as calls
     from tollgate_data.ledger order by 1, entry_no`,
  );
  const faults = groupBy(entries, ({ key }) => key).map((ofCall) => [ofCall[0]?.key ?? '', faultsOf(ofCall)] as const);
  return new Map(faults.filter(([, found]) => found.length > 0));
}

function faultsOf(entries: readonly Entry[]): readonly string[] {
  const faults: string[] = [];
  let open: Entry | null = null;
  for (const [place, entry] of entries.entries()) {
    const before: Entry | undefined = entries[place - 1];
    const at = `ledger ${entry.key} entry ${entry.entry_no} (${entry.reason})`;
    if (entry.entry_no !== place) faults.push(`${at}: expected entry ${place}`);
    if (place === 0 && entry.reason !== 'charge') faults.push(`${at}: expected the first booking to say charge`);
    if (entry.calls === '1') {
      if (open !== null) faults.push(`${at}: booked while entry ${open.entry_no} stands`);
      if (before?.reason === 'attributed' && entry.reason !== 'attributed') faults.push(`${at}: expected attributed`);
      open = entry;
    } else {
      if (!TAKEN_BACK.has(entry.reason)) faults.push(`${at}: no reason to book back`);
      const isOpposite = open !== null && open.dimensions === entry.dimensions && open.amounts === entry.amounts;
      if (!isOpposite) faults.push(`${at}: books back what does not stand`);
      open = null;
    }
  }
  return faults;
}
