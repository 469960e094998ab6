import type { Ancestor } from '../../../src/attribution/attribute.ts';
import { encodeColumns, hex, namesOf, text, timestamptz, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';

/** A span of which only the id is known; its start must lie between the two, which decides what partitions are read. */
export interface SpanReference {
  readonly tenant: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly earliestMicros: number;
  readonly latestMicros: number;
}

const columns = [
  text<SpanReference>('tenant', (row) => row.tenant),
  hex<SpanReference>('trace_id', (row) => row.traceId),
  hex<SpanReference>('span_id', (row) => row.spanId),
  timestamptz<SpanReference>('earliest', (row) => row.earliestMicros),
  timestamptz<SpanReference>('latest', (row) => row.latestMicros),
];

/** For the tenant `is not distinct from`: see `sameIdentity`. */
const where = `tenant is not distinct from given.tenant and trace_id = given.trace_id and span_id = given.span_id
    and started_at between given.earliest and given.latest`;

/** A span stored as a call and as a skeleton counts as the call. `limit` makes it one index probe a reference. */
const sql = `
select given.number, found.*
from rows from (${unnestOf(columns)}) with ordinality as given (${namesOf(columns)}, number)
cross join lateral (
  select encode(parent_span_id, 'hex') as parent_span_id,
    case when agent_rule = 'span' then agent end as agent, own ->> 'agent_id' as agent_id,
    case when user_rule = 'span' then user_id end as user_id, case when session_rule = 'span' then session_id end as session_id,
    own ->> 'run' as run_id, own ->> 'endpoint' as endpoint, own -> 'tags' as tags
  from tollgate_data.calls where ${where}
  union all
  select encode(parent_span_id, 'hex'), agent, agent_id, user_id, session_id, run_id, endpoint, tags
  from tollgate_data.spans where ${where}
  limit 1
) as found`;

interface AncestorRow {
  readonly number: string;
  readonly parent_span_id: string | null;
  readonly agent: string | null;
  readonly agent_id: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly run_id: string | null;
  readonly endpoint: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
}

/** What the store has of the spans named, in their order; undefined for one it does not have. */
export async function selectAncestors(
  client: Queries,
  references: readonly SpanReference[],
): Promise<readonly (Ancestor | undefined)[]> {
  const found: (Ancestor | undefined)[] = references.map(() => undefined);
  for (const row of await client.query<AncestorRow>(sql, encodeColumns(columns, references))) {
    const own = {
      agent: row.agent,
      agentId: row.agent_id,
      user: row.user_id,
      session: row.session_id,
      run: row.run_id,
      endpoint: row.endpoint,
      tags: row.tags ?? {},
    };
    found[Number(row.number) - 1] = { own, parentSpanId: row.parent_span_id };
  }
  return found;
}
