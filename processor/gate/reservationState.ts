import type { ReservationState } from '../../src/policy/posting.ts';
import { parseUsd } from '../../src/money.ts';

/** The columns of `tollgate_data.reservations` that decide what is posted, under the name that the table has in the statement. */
export function reservationStateColumns(table: string): string {
  return `${table}.tenant, ${table}.agent, ${table}.user_id, ${table}.session_id, ${table}.run_id, ${table}.model, ${table}.provider,
  ${table}.service, ${table}.environment, ${table}.tags, (extract(epoch from ${table}.decided_at) * 1000000)::bigint as decided_micros,
  ${table}.bound_usd, ${table}.bound_tokens, ${table}.phase, ${table}.rank, ${table}.settled_usd, ${table}.settled_tokens,
  ${table}.claims, ${table}.exact_claims, ${table}.unpriced_claims, ${table}.claimed_usd, ${table}.claimed_unpriced_calls,
  ${table}.claimed_tokens, ${table}.claimed_calls`;
}

export interface ReservationStateRow {
  readonly tenant: string;
  readonly agent: string | null;
  readonly user_id: string | null;
  readonly session_id: string | null;
  readonly run_id: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly service: string | null;
  readonly environment: string | null;
  readonly tags: Readonly<Record<string, string>> | null;
  readonly decided_micros: string;
  readonly bound_usd: string | null;
  readonly bound_tokens: string;
  readonly phase: ReservationState['phase'];
  readonly rank: ReservationState['rank'];
  readonly settled_usd: string | null;
  readonly settled_tokens: string;
  readonly claims: number;
  readonly exact_claims: number;
  readonly unpriced_claims: number;
  readonly claimed_usd: string;
  readonly claimed_unpriced_calls: number;
  readonly claimed_tokens: string;
  readonly claimed_calls: number;
}

export function reservationStateOf(row: ReservationStateRow): ReservationState {
  return {
    facts: {
      tenant: row.tenant,
      agent: row.agent,
      user: row.user_id,
      session: row.session_id,
      run: row.run_id,
      model: row.model,
      responseModel: null,
      provider: row.provider,
      service: row.service,
      environment: row.environment,
      tags: row.tags ?? {},
    },
    decidedMicros: Number(row.decided_micros),
    boundFemtoUsd: row.bound_usd === null ? null : storedUsd(row.bound_usd),
    boundTokens: Number(row.bound_tokens),
    phase: row.phase,
    rank: row.rank,
    settledFemtoUsd: row.settled_usd === null ? null : storedUsd(row.settled_usd),
    settledTokens: Number(row.settled_tokens),
    claims: row.claims,
    exactClaims: row.exact_claims,
    unpricedClaims: row.unpriced_claims,
    claimedFemtoUsd: storedUsd(row.claimed_usd),
    claimedUnpricedCalls: row.claimed_unpriced_calls,
    claimedTokens: Number(row.claimed_tokens),
    claimedCalls: row.claimed_calls,
  };
}

/** What a column `numeric(38,15)` holds. */
export function storedUsd(text: string): bigint {
  const femtoUsd = parseUsd(text);
  if (femtoUsd === null) throw new Error(`expected USD with at most 15 decimals in the store, found ${text}`);
  return femtoUsd;
}
