import type { Charge } from '../../../src/call.ts';
import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import type { Content } from '../content.ts';
import type { Queries } from '../database.ts';
import { identityColumns, type Identity, sameIdentity } from '../rows.ts';

const names = namesOf(identityColumns);

/** `number` counts the identities given, from 1. */
const sql = `
select given.number, kept.completeness, encode(kept.content_hash, 'hex') as content_hash, kept.charge
from rows from (${unnestOf(identityColumns)}) with ordinality as given (${names}, number)
join tollgate_data.calls as kept on ${sameIdentity('kept')}
order by given.number`;

/** The lock is taken row by row in the order given, the same in every transaction. */
const lockingSql = `${sql}
for update of kept`;

export interface StoredCopy extends Content {
  readonly charge: Charge;
}

interface CopyRow {
  readonly number: string;
  readonly completeness: number;
  readonly content_hash: string;
  readonly charge: Charge;
}

/** What the store has of the calls named, in their order; undefined for one it does not have. */
export async function selectCopies(
  client: Queries,
  identities: readonly Identity[],
  { lock }: { lock: boolean },
): Promise<readonly (StoredCopy | undefined)[]> {
  const copies: (StoredCopy | undefined)[] = identities.map(() => undefined);
  const found = await client.query<CopyRow>(lock ? lockingSql : sql, encodeColumns(identityColumns, identities));
  for (const { number, completeness, content_hash: contentHash, charge } of found) {
    copies[Number(number) - 1] = { completeness, contentHash, charge };
  }
  return copies;
}
