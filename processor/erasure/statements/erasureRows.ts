import type { Queries } from '../../store/database.ts';
import type { ErasedCounts, Erasure, ErasureStep } from '../erasure.ts';

/** How long a process may be silent before another one goes on with its erasure. */
export const HELD_MS = 60_000;
const HELD_UNTIL = `clock_timestamp() + ${HELD_MS} * interval '1 millisecond'`;

interface ErasureRow {
  readonly tenant: string;
  readonly user_id: string;
  readonly erased_as: string;
  readonly asked_at: Date;
  readonly key_id: string | null;
  readonly key_name: string | null;
  readonly step: ErasureStep;
  readonly day: string | null;
  readonly counts: ErasedCounts;
}

const columns = 'tenant, user_id, erased_as, asked_at, key_id, key_name, step, day, counts';

function erasureOf(row: ErasureRow): Erasure {
  return {
    tenant: row.tenant,
    user: row.user_id,
    erasedAs: row.erased_as,
    askedAt: row.asked_at,
    actor: { keyId: row.key_id, keyName: row.key_name },
    step: row.step,
    day: row.day,
    counts: row.counts,
  };
}

/** Begins an erasure, held by nobody, where none of the user is under way. */
export async function insertErasure(
  client: Queries,
  { tenant, user, erasedAs, askedAt, actor, step }: Erasure,
): Promise<void> {
  await client.query(
    `insert into tollgate_data.erasures (tenant, user_id, erased_as, asked_at, key_id, key_name, step, counts)
values ($1, $2, $3, $4, $5, $6, $7, '{}') on conflict (tenant, user_id) do nothing`,
    [tenant, user, erasedAs, askedAt, actor.keyId, actor.keyName, step],
  );
}

export interface ErasureName {
  readonly tenant: string;
  readonly user: string;
}

export async function findErasure(client: Queries, { tenant, user }: ErasureName): Promise<Erasure | null> {
  const [row] = await client.query<ErasureRow>(
    `select ${columns} from tollgate_data.erasures where tenant = $1 and user_id = $2`,
    [tenant, user],
  );
  return row === undefined ? null : erasureOf(row);
}

/** All that are not done, the oldest first. */
export async function selectErasures(client: Queries): Promise<readonly Erasure[]> {
  const rows = await client.query<ErasureRow>(`select ${columns} from tollgate_data.erasures order by asked_at`);
  return rows.map(erasureOf);
}

/**
 * Takes an erasure for a process, where no other one works on it; null where one does, or where it is done. `isAlone`: no other
 * process has the store, so that whoever holds it is gone.
 */
export async function takeErasure(
  client: Queries,
  { tenant, user }: ErasureName,
  holder: string,
  isAlone: boolean,
): Promise<Erasure | null> {
  const [row] = await client.query<ErasureRow>(
    `update tollgate_data.erasures set held_by = $3, held_until = ${HELD_UNTIL}
where tenant = $1 and user_id = $2 and (held_until is null or held_until < clock_timestamp() or $4)
returning ${columns}`,
    [tenant, user, holder, isAlone],
  );
  return row === undefined ? null : erasureOf(row);
}

/** Notes how far it is. False: another process has taken it. */
export async function noteErasure(
  client: Queries,
  { tenant, user, step, day, counts }: Erasure,
  holder: string,
): Promise<boolean> {
  const rows = await client.query(
    `update tollgate_data.erasures set step = $4, day = $5, counts = $6, held_until = ${HELD_UNTIL}
where tenant = $1 and user_id = $2 and held_by = $3 returning 1 as one`,
    [tenant, user, holder, step, day, JSON.stringify(counts)],
  );
  return rows.length > 0;
}

/** The process lives. */
export async function holdErasure(client: Queries, { tenant, user }: ErasureName, holder: string): Promise<void> {
  await client.query(
    `update tollgate_data.erasures set held_until = ${HELD_UNTIL} where tenant = $1 and user_id = $2 and held_by = $3`,
    [tenant, user, holder],
  );
}

/** Another process, or this one started again, may go on at once. */
export async function releaseErasure(client: Queries, { tenant, user }: ErasureName, holder: string): Promise<void> {
  await client.query(
    'update tollgate_data.erasures set held_until = null where tenant = $1 and user_id = $2 and held_by = $3',
    [tenant, user, holder],
  );
}

/** It is done: nothing knows the id any more. False: another process has taken it. */
export async function deleteErasure(client: Queries, { tenant, user }: ErasureName, holder: string): Promise<boolean> {
  const rows = await client.query(
    'delete from tollgate_data.erasures where tenant = $1 and user_id = $2 and held_by = $3 returning 1 as one',
    [tenant, user, holder],
  );
  return rows.length > 0;
}
