import type { Decision } from '../../src/policy/decision.ts';
import type { ReservationState } from '../../src/policy/posting.ts';
import {
  encodeColumns,
  femtoUsd,
  hex,
  int2,
  int4,
  int8,
  jsonb,
  namesOf,
  storableJson,
  text,
  timestamptz,
  unnestOf,
  uuid,
} from '../store/columns.ts';
import type { Queries } from '../store/database.ts';
import { answerJson, answerOf, type AnswerJson } from './answers.ts';
import { reservationStateColumns, reservationStateOf, type ReservationStateRow } from './reservationState.ts';

/** A row of `tollgate_data.reservations`. Its tenant is that of the facts. */
export interface Reservation extends ReservationState {
  readonly id: string;
  readonly idempotencyKey: string | null;
  /** Of the body that asked for it, hexadecimal. */
  readonly requestHash: string;
  readonly answer: Decision;
  readonly expiresMicros: number;
  readonly ttlMs: number;
}

/** Still reserved: neither settled for good nor ended. Its answer is what the same idempotency key gets again. */
export function isLiving({ phase, rank, exactClaims }: ReservationState): boolean {
  return phase === 'open' && rank < 2 && exactClaims === 0;
}

export interface DecisionName {
  readonly tenant: string;
  readonly id: string;
}

export interface KeyName {
  readonly tenant: string;
  readonly key: string;
}

export const idColumns = [
  text<DecisionName>('tenant', ({ tenant }) => tenant),
  uuid<DecisionName>('id', ({ id }) => id),
];
export const keyColumns = [text<KeyName>('tenant', ({ tenant }) => tenant), text<KeyName>('key', ({ key }) => key)];

/** Of the table `kept`; read with `reservationOf`. */
export const reservationColumns = `${reservationStateColumns('kept')}, kept.id, kept.idempotency_key,
  encode(kept.request_hash, 'hex') as request_hash, kept.answer, kept.ttl_ms,
  (extract(epoch from kept.expires_at) * 1000000)::bigint as expires_micros`;

export interface ReservationRow extends ReservationStateRow {
  readonly id: string;
  readonly idempotency_key: string | null;
  readonly request_hash: string;
  readonly answer: AnswerJson;
  readonly ttl_ms: number;
  readonly expires_micros: string;
}

export function reservationOf(row: ReservationRow): Reservation {
  const expiresMicros = Number(row.expires_micros);
  return {
    ...reservationStateOf(row),
    id: row.id,
    idempotencyKey: row.idempotency_key,
    requestHash: row.request_hash,
    // Renewals move the end of the reservation, not the answer that was given.
    answer: { ...answerOf(row.answer), expiresAtMicros: expiresMicros },
    expiresMicros,
    ttlMs: row.ttl_ms,
  };
}

/**
 * A plain join: when another transaction has changed a row that is waited for, PostgreSQL checks the condition on its new version, and
 * of a row that a sub-select names it may find that check false, and leave it out.
 */
const lockSql = `
select ${reservationColumns}
from ${unnestOf(idColumns)} as given (${namesOf(idColumns)})
join tollgate_data.reservations as kept on kept.tenant = given.tenant and kept.id = given.id
order by kept.tenant, kept.id for update of kept`;

/** Locks what is there of what is named. */
export async function lockReservations(client: Queries, ids: readonly DecisionName[]): Promise<readonly Reservation[]> {
  if (ids.length === 0) return [];
  const rows = await client.query<ReservationRow>(lockSql, encodeColumns(idColumns, distinct(ids)));
  return rows.map(reservationOf);
}

export function distinct(names: readonly DecisionName[]): readonly DecisionName[] {
  return [...new Map(names.map((name) => [`${name.id} ${name.tenant}`, name])).values()];
}

const insertColumns = [
  text<Reservation>('tenant', ({ facts }) => facts.tenant),
  uuid<Reservation>('id', ({ id }) => id),
  text<Reservation>('idempotency_key', ({ idempotencyKey }) => idempotencyKey),
  hex<Reservation>('request_hash', ({ requestHash }) => requestHash),
  jsonb<Reservation>('answer', ({ answer }) => answerJson(answer)),
  timestamptz<Reservation>('decided_at', ({ decidedMicros }) => decidedMicros),
  timestamptz<Reservation>('expires_at', ({ expiresMicros }) => expiresMicros),
  int4<Reservation>('ttl_ms', ({ ttlMs }) => ttlMs),
  text<Reservation>('agent', ({ facts }) => facts.agent),
  text<Reservation>('user_id', ({ facts }) => facts.user),
  text<Reservation>('session_id', ({ facts }) => facts.session),
  text<Reservation>('run_id', ({ facts }) => facts.run),
  text<Reservation>('model', ({ facts }) => facts.model),
  text<Reservation>('provider', ({ facts }) => facts.provider),
  text<Reservation>('service', ({ facts }) => facts.service),
  text<Reservation>('environment', ({ facts }) => facts.environment),
  jsonb<Reservation>('tags', ({ facts }) => tagsColumn(facts.tags)),
  femtoUsd<Reservation>('bound_usd', ({ boundFemtoUsd }) => boundFemtoUsd),
  int8<Reservation>('bound_tokens', ({ boundTokens }) => boundTokens),
  text<Reservation>('phase', ({ phase }) => phase),
];
const insertNames = namesOf(insertColumns);

function tagsColumn(tags: Readonly<Record<string, string>>): string | null {
  for (const _ in tags) return storableJson(tags);
  return null;
}

const insertSql = `
insert into tollgate_data.reservations (${insertNames})
select ${insertNames} from ${unnestOf(insertColumns)} as given (${insertNames})`;

/** New ones, in the order of their keys. A key that somebody else took meanwhile fails the transaction, which then reads again. */
export async function insertReservations(client: Queries, reservations: readonly Reservation[]): Promise<void> {
  if (reservations.length > 0) await client.query(insertSql, encodeColumns(insertColumns, reservations));
}

const changeColumns = [
  text<Reservation>('tenant', ({ facts }) => facts.tenant),
  uuid<Reservation>('id', ({ id }) => id),
  text<Reservation>('idempotency_key', ({ idempotencyKey }) => idempotencyKey),
  timestamptz<Reservation>('expires_at', ({ expiresMicros }) => expiresMicros),
  text<Reservation>('phase', ({ phase }) => phase),
  int2<Reservation>('rank', ({ rank }) => rank),
  femtoUsd<Reservation>('settled_usd', ({ settledFemtoUsd }) => settledFemtoUsd),
  int8<Reservation>('settled_tokens', ({ settledTokens }) => settledTokens),
];

const changeSql = `
update tollgate_data.reservations as kept
set ${changeColumns
  .slice(2)
  .map(({ name }) => `${name} = given.${name}`)
  .join(', ')}
from ${unnestOf(changeColumns)} as given (${namesOf(changeColumns)})
where kept.tenant = given.tenant and kept.id = given.id`;

/** Those that were locked. What spans claim of them is written where spans are. */
export async function updateReservations(client: Queries, reservations: readonly Reservation[]): Promise<void> {
  if (reservations.length > 0) await client.query(changeSql, encodeColumns(changeColumns, reservations));
}
