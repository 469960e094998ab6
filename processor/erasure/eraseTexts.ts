import { hashOfKey } from '../alerts/hashOfKey.ts';
import { type Column, encodeColumns, int8, jsonb, namesOf, text, unnestOf, uuid } from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { keyOfOther } from './counterKeys.ts';
import type { ErasedCounts, Erasure } from './erasure.ts';
import type { ErasureRun } from './erasureRun.ts';
import { textWithout, withoutUser } from './withoutUser.ts';

/** What people and budgets said: documents that name the user, and the sentences beside them. */
export async function eraseTexts(run: ErasureRun): Promise<void> {
  await byPages(run, '0', eraseAlerts);
  await byPages(run, '00000000-0000-0000-0000-000000000000', eraseApprovals);
  await byPages(run, '0', eraseAuditLog);
}

/** Of a page of rows: the id of the last, null where it is the last page, and the rows that were changed. */
interface Page {
  readonly after: string | null;
  readonly counts: ErasedCounts;
}

async function byPages(
  run: ErasureRun,
  first: string,
  erase: (client: Queries, erasure: Erasure, after: string, limit: number) => Promise<Page>,
): Promise<void> {
  for (let after: string | null = first; after !== null;) {
    const asked: string = after;
    await run.commit(async (client) => {
      const page = await erase(client, run.erasure, asked, run.rowsABatch);
      after = page.after;
      return page.counts;
    });
  }
}

function pageOf(rows: readonly { readonly id: string }[], limit: number, counts: ErasedCounts): Page {
  return { after: rows.length < limit ? null : (rows.at(-1)?.id ?? null), counts };
}

/** As jsonb writes it in its text: a document without it does not have the id as a value. */
const hasValue = (document: string): string => `strpos(${document}::text, to_jsonb($2::text)::text) > 0`;

type Document = Readonly<Record<string, unknown>>;

interface AlertRow {
  readonly id: string;
  readonly event_key: string;
  readonly message: string;
  readonly data: Document;
}

const alertColumns: readonly Column<AlertRow>[] = [
  int8('id', ({ id }) => BigInt(id)),
  text('event_key', (row) => row.event_key),
  text('message', (row) => row.message),
  jsonb('data', (row) => JSON.stringify(row.data)),
];

async function eraseAlerts(
  client: Queries,
  { tenant, user, erasedAs }: Erasure,
  after: string,
  limit: number,
): Promise<Page> {
  const rows = await client.query<AlertRow>(
    `select id::text as id, event_key, message, data from tollgate_data.alerts
where tenant = $1 and ${hasValue('data')} and id > $3::bigint order by id limit $4 for update`,
    [tenant, user, after, limit],
  );
  const changed = rows.flatMap((row): AlertRow[] => {
    const { value: data, isChanged } = withoutUser(row.data, user, erasedAs);
    if (!isChanged) return [];
    const message = textWithout(row.message, user, erasedAs);
    return [{ id: row.id, event_key: eventKeyOf(row, user, erasedAs), message, data }];
  });
  if (changed.length > 0) {
    const values = [...encodeColumns(alertColumns, changed), tenant];
    const given = `${unnestOf(alertColumns)} as given (${namesOf(alertColumns)})`;
    await client.query(
      `update tollgate_data.alerts as kept set event_key = given.event_key, message = given.message, data = given.data
from ${given} where kept.tenant = $5 and kept.id = given.id`,
      values,
    );
    // What an endpoint answered may repeat what it was told.
    await client.query(
      `update tollgate_data.webhook_deliveries as kept set last_answer = replace(kept.last_answer, $6, $7)
from ${given} where kept.tenant = $5 and kept.alert_id = given.id and strpos(kept.last_answer, $6) > 0`,
      [...values, user, erasedAs],
    );
  }
  return pageOf(rows, limit, { alerts: changed.length });
}

/** The key of a decision's alert has the hash of the counter's key. */
function eventKeyOf({ event_key: eventKey, data }: AlertRow, user: string, erasedAs: string): string {
  let written = eventKey;
  for (const key of keysIn(data)) {
    if (key['user'] !== user) continue;
    written = written.replaceAll(hashOfKey(key), hashOfKey(keyOfOther(key, erasedAs).key));
  }
  return written;
}

function keysIn(value: unknown): readonly Readonly<Record<string, string>>[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === 'key' && typeof inner === 'object' && inner !== null
      ? [inner as Readonly<Record<string, string>>]
      : keysIn(inner),
  );
}

interface ApprovalRow {
  readonly id: string;
  readonly request: Document;
  readonly reasons: readonly unknown[];
  readonly answer: Document | null;
}

const approvalColumns: readonly Column<ApprovalRow>[] = [
  uuid('id', ({ id }) => id),
  jsonb('request', ({ request }) => JSON.stringify(request)),
  jsonb('reasons', ({ reasons }) => JSON.stringify(reasons)),
  jsonb('answer', ({ answer }) => (answer === null ? null : JSON.stringify(answer))),
];

async function eraseApprovals(
  client: Queries,
  { tenant, user, erasedAs }: Erasure,
  after: string,
  limit: number,
): Promise<Page> {
  const rows = await client.query<ApprovalRow>(
    `select id, request, reasons, answer from tollgate_data.approvals
where tenant = $1 and (${['request', 'reasons', 'answer'].map(hasValue).join(' or ')}) and id > $3::uuid order by id limit $4 for update`,
    [tenant, user, after, limit],
  );
  const changed = rows.flatMap((row): ApprovalRow[] => {
    const { value, isChanged } = withoutUser(row, user, erasedAs);
    return isChanged ? [value] : [];
  });
  if (changed.length > 0) {
    await client.query(
      `update tollgate_data.approvals as kept set request = given.request, reasons = given.reasons, answer = given.answer
from ${unnestOf(approvalColumns)} as given (${namesOf(approvalColumns)}) where kept.tenant = $5 and kept.id = given.id`,
      [...encodeColumns(approvalColumns, changed), tenant],
    );
  }
  return pageOf(rows, limit, { approvals: changed.length });
}

interface ActionRow {
  readonly id: string;
  readonly detail: Document;
}

const actionColumns: readonly Column<ActionRow>[] = [
  int8('id', ({ id }) => BigInt(id)),
  jsonb('detail', ({ detail }) => JSON.stringify(detail)),
];

async function eraseAuditLog(
  client: Queries,
  { tenant, user, erasedAs }: Erasure,
  after: string,
  limit: number,
): Promise<Page> {
  const rows = await client.query<ActionRow>(
    `select id::text as id, detail from tollgate_data.audit_log
where tenant = $1 and ${hasValue('detail')} and id > $3::bigint order by id limit $4 for update`,
    [tenant, user, after, limit],
  );
  const changed = rows.flatMap((row): ActionRow[] => {
    const { value, isChanged } = withoutUser(row, user, erasedAs);
    return isChanged ? [value] : [];
  });
  if (changed.length > 0) {
    await client.query(
      `update tollgate_data.audit_log as kept set detail = given.detail
from ${unnestOf(actionColumns)} as given (${namesOf(actionColumns)}) where kept.tenant = $3 and kept.id = given.id`,
      [...encodeColumns(actionColumns, changed), tenant],
    );
  }
  return pageOf(rows, limit, { audit_log: changed.length });
}
