import { encodeColumns, hex, namesOf, text, timestamptz, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { TRACE_ID_BYTES, TRACES_OF_ID_KEPT } from '../traceLimits.ts';

export interface ProviderIdClaim {
  readonly tenant: string;
  /** md5 of the id, hexadecimal. */
  readonly idHash: string;
  readonly traceId: string;
  readonly startMicros: number;
}

const columns = [
  text<ProviderIdClaim>('tenant', (claim) => claim.tenant),
  hex<ProviderIdClaim>('id_hash', (claim) => claim.idHash),
  hex<ProviderIdClaim>('trace_ids', (claim) => claim.traceId),
  timestamptz<ProviderIdClaim>('last_at', (claim) => claim.startMicros),
];
const names = namesOf(columns);

/** The row of an id is locked from here to the commit, so that of two traces that bring one id the second sees the first. */
const sql = `
with claimed as (
  insert into tollgate_data.provider_ids as kept (${names})
  select ${names} from ${unnestOf(columns)} as given (${names})
  on conflict (id_hash, tenant) do update
  set trace_ids = case
      when position(excluded.trace_ids in kept.trace_ids) > 0 or length(kept.trace_ids) >= ${TRACES_OF_ID_KEPT * TRACE_ID_BYTES}
      then kept.trace_ids else kept.trace_ids || excluded.trace_ids end,
    last_at = greatest(kept.last_at, excluded.last_at)
  returning tenant, id_hash, trace_ids
)
select tenant, encode(id_hash, 'hex') as id_hash, encode(trace_ids, 'hex') as trace_ids
from claimed where length(trace_ids) > ${TRACE_ID_BYTES}`;

export interface SharedId {
  readonly tenant: string;
  readonly idHash: string;
  /** All traces that have brought it, up to `TRACES_OF_ID_KEPT`. */
  readonly traceIds: readonly string[];
}

export interface SharedIdRow {
  readonly tenant: string;
  readonly id_hash: string;
  readonly trace_ids: string;
}

const HEX_DIGITS = TRACE_ID_BYTES * 2;

export function sharedIdOf({ tenant, id_hash: idHash, trace_ids: joined }: SharedIdRow): SharedId {
  const traceIds: string[] = [];
  for (let start = 0; start < joined.length; start += HEX_DIGITS)
    traceIds.push(joined.slice(start, start + HEX_DIGITS));
  return { tenant, idHash, traceIds };
}

/**
 * Notes which trace brought which id; `claims` in the order of id and tenant, each pair once. Returns the ids that more
 * than one trace has brought by now.
 */
export async function claimProviderIds(
  client: Queries,
  claims: readonly ProviderIdClaim[],
): Promise<readonly SharedId[]> {
  return (await client.query<SharedIdRow>(sql, encodeColumns(columns, claims))).map(sharedIdOf);
}
