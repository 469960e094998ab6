import { encodeColumns, namesOf, unnestOf } from '../../store/columns.ts';
import type { Queries } from '../../store/database.ts';
import { type Identity, identityColumns, sameIdentity } from '../../store/rows.ts';
import { isWithinBounds, startBounds } from '../../store/startBounds.ts';
import type { Erasure } from '../erasure.ts';
import { namesUser } from './namedRows.ts';

const OLD = `$${identityColumns.length + 1}`;
const NEW = `$${identityColumns.length + 2}`;
const given = `from ${unnestOf(identityColumns)} as given (${namesOf(identityColumns)})
where ${sameIdentity('kept')} and ${isWithinBounds('kept', identityColumns.length + 3)}`;

const isOwn = `kept.own ->> 'user' = ${OLD}`;
const isResource = `kept.own -> 'resource' ->> 'user' = ${OLD}`;
const written = `to_jsonb(${NEW}::text)`;

/** What decides which copy of a span is kept (`completeness`, `content_hash`) stays as it was: the same span again is the same. */
const callsSql = `
update tollgate_data.calls as kept
set user_id = case when kept.user_id = ${OLD} then ${NEW} else kept.user_id end,
  own = case
    when ${isOwn} and ${isResource} then jsonb_set(jsonb_set(kept.own, '{user}', ${written}), '{resource,user}', ${written})
    when ${isOwn} then jsonb_set(kept.own, '{user}', ${written})
    when ${isResource} then jsonb_set(kept.own, '{resource,user}', ${written})
    else kept.own end
${given} and ${namesUser('calls', OLD)}
returning 1 as one`;

const spansSql = `
update tollgate_data.spans as kept set user_id = ${NEW}
${given} and ${namesUser('spans', OLD)}
returning 1 as one`;

/** Replaces the id in what the calls are attributed to and in what they say themselves; resolves to how many rows it changed. */
export function updateNamedCalls(client: Queries, erasure: Erasure, spans: readonly Identity[]): Promise<number> {
  return update(client, callsSql, erasure, spans);
}

/** The same for spans that are no calls. */
export function updateNamedSpans(client: Queries, erasure: Erasure, spans: readonly Identity[]): Promise<number> {
  return update(client, spansSql, erasure, spans);
}

async function update(
  client: Queries,
  sql: string,
  { user, erasedAs }: Erasure,
  spans: readonly Identity[],
): Promise<number> {
  const bounds = startBounds(spans.map(({ startMicros }) => startMicros));
  const values = [...encodeColumns(identityColumns, spans), user, erasedAs, ...bounds];
  return (await client.query(sql, values)).length;
}
