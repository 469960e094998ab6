import type { Queries } from '../store/database.ts';

/** Who did it: a key, or nobody named, which is whoever may use the socket or the database. */
export interface Actor {
  readonly keyId: string | null;
  readonly keyName: string | null;
}

/** Writes down one administrative action; call it in the action's own transaction, so that neither is there alone. */
export async function recordAction(
  queries: Queries,
  actor: Actor,
  action: { readonly tenant: string; readonly name: string; readonly detail: object; readonly at: Date },
): Promise<void> {
  await queries.query(
    `insert into tollgate_data.audit_log (tenant, at, key_id, key_name, action, detail) values ($1, $2, $3, $4, $5, $6)`,
    [action.tenant, action.at, actor.keyId, actor.keyName, action.name, JSON.stringify(action.detail)],
  );
}
