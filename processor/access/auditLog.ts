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

/** As it was written down. */
export interface RecordedAction extends Actor {
  /** Digits; later actions have greater ones. */
  readonly id: string;
  readonly tenant: string;
  readonly at: Date;
  readonly name: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ActionsQuestion {
  /** Null: of all tenants. */
  readonly tenant: string | null;
  readonly name: string | null;
  /** The id of the last one of the page before; null: from the latest on. */
  readonly before: string | null;
  readonly limit: number;
}

interface ActionRow {
  readonly id: string;
  readonly tenant: string;
  readonly at: Date;
  readonly key_id: string | null;
  readonly key_name: string | null;
  readonly action: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The latest first. */
export async function listActions(
  queries: Queries,
  { tenant, name, before, limit }: ActionsQuestion,
): Promise<readonly RecordedAction[]> {
  const rows = await queries.query<ActionRow>(
    `select logged.id::text as id, tenant, at, key_id, key_name, action, detail from tollgate_data.audit_log as logged
where ($1::text is null or tenant = $1) and ($2::text is null or action = $2) and ($3::bigint is null or logged.id < $3)
order by logged.id desc limit $4::int`,
    [tenant, name, before, limit],
  );
  return rows.map(({ key_id: keyId, key_name: keyName, action, ...row }) => ({ ...row, keyId, keyName, name: action }));
}
