import { encodeColumns, hex, namesOf, text, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { TRACE_ID_BYTES } from '../traceLimits.ts';
import { type SharedId, sharedIdOf, type SharedIdRow } from './claimProviderIds.ts';

export interface IdReference {
  readonly tenant: string;
  readonly idHash: string;
}

const columns = [text<IdReference>('tenant', (id) => id.tenant), hex<IdReference>('id_hash', (id) => id.idHash)];
const names = namesOf(columns);

const sql = `
select kept.tenant, encode(kept.id_hash, 'hex') as id_hash, encode(kept.trace_ids, 'hex') as trace_ids
from ${unnestOf(columns)} as given (${names})
join tollgate_data.provider_ids as kept on kept.id_hash = given.id_hash and kept.tenant = given.tenant
where length(kept.trace_ids) > ${TRACE_ID_BYTES}`;

/** Of the ids given, those that more than one trace has brought. */
export async function selectSharedIds(client: Queries, ids: readonly IdReference[]): Promise<readonly SharedId[]> {
  return (await client.query<SharedIdRow>(sql, encodeColumns(columns, ids))).map(sharedIdOf);
}
