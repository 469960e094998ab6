import { ERASED_USER_SQL } from '../../../src/attribution/erasedUser.ts';
import { encodeColumns, namesOf, unnestOf } from '../columns.ts';
import type { Queries } from '../database.ts';
import { identityColumns, spanColumns, type SpanRow } from '../rows.ts';

const names = namesOf(spanColumns);
const facts = spanColumns.slice(identityColumns.length).map(({ name }) => name);

const sql = `
insert into tollgate_data.spans as kept (${names})
select ${names} from ${unnestOf(spanColumns)} as given (${names})
on conflict (tenant, trace_id, span_id, started_at) do update
set ${facts.map((name) => `${name} = ${valueOf(name)}`).join(', ')}
where (excluded.completeness, excluded.content_hash) > (kept.completeness, kept.content_hash)`;

/** An erased user stays erased: a trace without calls is written without being read. */
function valueOf(name: string): string {
  if (name !== 'user_id') return `excluded.${name}`;
  return `case when kept.user_id ~ ${ERASED_USER_SQL} then kept.user_id else excluded.user_id end`;
}

/** Writes skeletons in the order given; of two copies the better is kept. */
export async function insertSpans(client: Queries, rows: readonly SpanRow[]): Promise<void> {
  await client.query(sql, encodeColumns(spanColumns, rows));
}
