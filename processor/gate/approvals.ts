import type { Decision, DecisionRequest, OuterVerdict, Reason } from '../../src/policy/decision.ts';
import {
  encodeColumns,
  hex,
  jsonb,
  namesOf,
  storableJson,
  text,
  timestamptz,
  unnestOf,
  uuid,
} from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { type AnswerJson, answerJson, answerOf, reasonsJson } from './answers.ts';
import { distinct, type DecisionName, idColumns, keyColumns, type KeyName } from './reservations.ts';

/** A decision that waits, or waited, for a person. */
export interface Approval {
  readonly tenant: string;
  readonly id: string;
  readonly state: 'waiting' | 'approved' | 'refused' | 'expired';
  readonly request: DecisionRequest;
  readonly outer: OuterVerdict | null;
  /** The decision that waits, and once somebody decided, or nobody in time, the one in its place. */
  readonly answer: Decision;
  readonly requestedMicros: number;
  readonly expiresMicros: number;
  readonly decidedMicros: number | null;
  readonly keyId: string | null;
  readonly keyName: string | null;
  /** A reservation was made under the idempotency key while it waited. */
  readonly isKeyTaken: boolean;
}

/** The column `request`: what has no column of its own. */
interface AskedJson extends Pick<DecisionRequest, 'subject' | 'call' | 'ttlMs'> {
  readonly outer: OuterVerdict | null;
}

/** Of the table `kept`; read with `approvalOf`. */
export const approvalColumns = `kept.tenant, kept.id, kept.state, kept.request, encode(kept.request_hash, 'hex') as request_hash,
  kept.idempotency_key, kept.reasons, (extract(epoch from kept.requested_at) * 1000000)::bigint as requested_micros,
  (extract(epoch from kept.expires_at) * 1000000)::bigint as expires_micros,
  (extract(epoch from kept.decided_at) * 1000000)::bigint as decided_micros, kept.key_id, kept.key_name, kept.answer,
  exists (
    select from tollgate_data.reservations as other
    where other.tenant = kept.tenant and other.idempotency_key = kept.idempotency_key
  ) as is_key_taken`;

export interface ApprovalRow {
  readonly tenant: string;
  readonly id: string;
  readonly state: Approval['state'];
  readonly request: AskedJson;
  readonly request_hash: string;
  readonly idempotency_key: string | null;
  readonly reasons: AnswerJson['reasons'];
  readonly requested_micros: string;
  readonly expires_micros: string;
  readonly decided_micros: string | null;
  readonly key_id: string | null;
  readonly key_name: string | null;
  readonly answer: AnswerJson | null;
  readonly is_key_taken: boolean;
}

/** Of requests that were written before anybody asked for these. */
const notAsked = { inferenceGeo: null, speed: null, searchContextSize: null };

export function approvalOf(row: ApprovalRow): Approval {
  const { outer, call, ...asked } = row.request;
  return {
    tenant: row.tenant,
    id: row.id,
    state: row.state,
    request: {
      ...asked,
      call: call === null ? null : { ...notAsked, ...call },
      tenant: row.tenant,
      idempotencyKey: row.idempotency_key,
      requestHash: row.request_hash,
    },
    outer,
    answer: answerOf(row.answer ?? waitingJson(row)),
    requestedMicros: Number(row.requested_micros),
    expiresMicros: Number(row.expires_micros),
    decidedMicros: row.decided_micros === null ? null : Number(row.decided_micros),
    keyId: row.key_id,
    keyName: row.key_name,
    isKeyTaken: row.is_key_taken,
  };
}

function waitingJson({ id, reasons }: ApprovalRow): AnswerJson {
  return { ...unreservedDecision(id, 'require_approval', []), reservedFemtoUsd: null, reasons };
}

/** A decision that reserves nothing. */
export function unreservedDecision(id: string, effect: Decision['effect'], reasons: readonly Reason[]): Decision {
  return {
    decisionId: id,
    effect,
    reservedFemtoUsd: null,
    reservedTokens: 0,
    expiresAtMicros: null,
    modify: null,
    stopStreams: false,
    reasons,
  };
}

const waitingSql = `
select kept.tenant, kept.id from ${unnestOf(keyColumns)} as given (${namesOf(keyColumns)})
join tollgate_data.approvals as kept
  on kept.tenant = given.tenant and kept.idempotency_key = given.key and kept.state = 'waiting'`;

/** A plain join, as that which locks reservations. */
const lockSql = `
select ${approvalColumns}
from ${unnestOf(idColumns)} as given (${namesOf(idColumns)})
join tollgate_data.approvals as kept on kept.tenant = given.tenant and kept.id = given.id
order by kept.tenant, kept.id for update of kept`;

/** Locks what is there of what is named: by id, or waiting under an idempotency key. Reservations are locked before. */
export async function lockApprovals(
  client: Queries,
  ids: readonly DecisionName[],
  keys: readonly KeyName[],
): Promise<readonly Approval[]> {
  const waiting = await client.query<DecisionName>(waitingSql, encodeColumns(keyColumns, keys));
  const names = distinct([...ids, ...waiting]);
  return (await client.query<ApprovalRow>(lockSql, encodeColumns(idColumns, names))).map(approvalOf);
}

const insertColumns = [
  text<Approval>('tenant', ({ tenant }) => tenant),
  uuid<Approval>('id', ({ id }) => id),
  text<Approval>('state', ({ state }) => state),
  jsonb<Approval>('request', requestJson),
  hex<Approval>('request_hash', ({ request }) => request.requestHash),
  text<Approval>('idempotency_key', ({ request }) => request.idempotencyKey),
  jsonb<Approval>('reasons', ({ answer }) => reasonsJson(answer.reasons)),
  timestamptz<Approval>('requested_at', ({ requestedMicros }) => requestedMicros),
  timestamptz<Approval>('expires_at', ({ expiresMicros }) => expiresMicros),
];
const insertNames = namesOf(insertColumns);

function requestJson({ request: { subject, call, ttlMs }, outer }: Approval): string {
  const asked: AskedJson = { subject, call, ttlMs, outer };
  return storableJson({ ...asked });
}

const insertSql = `
insert into tollgate_data.approvals (${insertNames})
select ${insertNames} from ${unnestOf(insertColumns)} as given (${insertNames})`;

/** New ones, in the order of their keys. A key under which one waits already fails the transaction, which then reads again. */
export async function insertApprovals(client: Queries, approvals: readonly Approval[]): Promise<void> {
  if (approvals.length > 0) await client.query(insertSql, encodeColumns(insertColumns, approvals));
}

const decideColumns = [
  text<Approval>('tenant', ({ tenant }) => tenant),
  uuid<Approval>('id', ({ id }) => id),
  text<Approval>('state', ({ state }) => state),
  timestamptz<Approval>('decided_at', ({ decidedMicros }) => decidedMicros),
  text<Approval>('key_id', ({ keyId }) => keyId),
  text<Approval>('key_name', ({ keyName }) => keyName),
  jsonb<Approval>('answer', ({ answer }) => answerJson(answer)),
];

const decideSql = `
update tollgate_data.approvals as kept
set ${decideColumns
  .slice(2)
  .map(({ name }) => `${name} = given.${name}`)
  .join(', ')}
from ${unnestOf(decideColumns)} as given (${namesOf(decideColumns)})
where kept.tenant = given.tenant and kept.id = given.id`;

export async function updateApprovals(client: Queries, approvals: readonly Approval[]): Promise<void> {
  if (approvals.length > 0) await client.query(decideSql, encodeColumns(decideColumns, approvals));
}
