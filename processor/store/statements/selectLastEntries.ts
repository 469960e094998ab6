import type { Dimensions, LedgerEntry } from '../../../src/ledger.ts';
import { parseUsd } from '../../../src/money.ts';
import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { dimensionNames, measureNames } from '../ledgerRows.ts';
import { identityColumns, type Identity, sameIdentity } from '../rows.ts';

const names = namesOf(identityColumns);

const sql = `
select distinct on (given.number) given.number, entry.entry_no, entry.reason,
  ${[...dimensionNames, ...measureNames].map((name) => `entry.${name}`).join(', ')}
from rows from (${unnestOf(identityColumns)}) with ordinality as given (${names}, number)
join tollgate_data.ledger as entry on ${sameIdentity('entry')}
order by given.number, entry.entry_no desc`;

export interface LastEntry {
  readonly entryNo: number;
  readonly entry: LedgerEntry;
}

interface EntryRow extends Dimensions {
  readonly number: string;
  readonly entry_no: number;
  readonly reason: LedgerEntry['reason'];
  readonly calls: string;
  readonly unpriced_calls: string;
  readonly error_calls: string;
  readonly input_tokens: string;
  readonly cache_read_tokens: string;
  readonly cache_write_tokens: string;
  readonly output_tokens: string;
  readonly reasoning_tokens: string;
  readonly duration_nano: string;
  readonly cost_usd: string;
}

/** The newest booking of each call, in the order given; undefined for a call that was never booked. */
export async function selectLastEntries(
  client: Queries,
  identities: readonly Identity[],
): Promise<readonly (LastEntry | undefined)[]> {
  const last: (LastEntry | undefined)[] = identities.map(() => undefined);
  for (const row of await client.query<EntryRow>(sql, encodeColumns(identityColumns, identities))) {
    last[Number(row.number) - 1] = { entryNo: row.entry_no, entry: entryOf(row) };
  }
  return last;
}

function entryOf(row: EntryRow): LedgerEntry {
  const { agent, user_id, session_id, run_id, model, provider, service, operation, environment, endpoint } = row;
  const costFemtoUsd = parseUsd(row.cost_usd);
  if (costFemtoUsd === null)
    throw new Error(`ledger.cost_usd: expected USD with at most 15 decimals, found ${row.cost_usd}`);
  return {
    reason: row.reason,
    dimensions: { agent, user_id, session_id, run_id, model, provider, service, operation, environment, endpoint },
    measures: {
      calls: Number(row.calls),
      unpricedCalls: Number(row.unpriced_calls),
      errorCalls: Number(row.error_calls),
      inputTokens: Number(row.input_tokens),
      cacheReadTokens: Number(row.cache_read_tokens),
      cacheWriteTokens: Number(row.cache_write_tokens),
      outputTokens: Number(row.output_tokens),
      reasoningTokens: Number(row.reasoning_tokens),
      durationNano: BigInt(row.duration_nano),
      costFemtoUsd,
    },
  };
}
