import type { Budget } from '../../../src/policy/budget.ts';
import type { PricedCall } from '../../../src/call.ts';
import { tokenTotals } from '../../../src/usage.ts';
import { audit, type Received } from '../auditor.ts';
import { isBetterCopy } from '../round.ts';
import { isInside, isMatched, keyOf, windowOf, type Facts } from './naive/budgets.ts';
import {
  amountsOf,
  postingOf,
  type Amounts,
  type Claim,
  type NaivePosting,
  type Reservation,
} from './naive/postings.ts';

export interface BudgetInLog {
  readonly budget: Budget;
  /** The window that holds the change that began the counting; empty where it has none or rolls. */
  readonly from: string;
}

interface RaiseInLog {
  readonly budget: string;
  readonly key: string | null;
  readonly window: string | null;
  readonly amount: bigint;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
export type LoggedReservation = Mutable<Omit<Reservation, 'said'>> & {
  readonly said: Reservation['said'][number][];
  readonly model: string;
  readonly provider: string | null;
};

const LATER_MS = Number.MAX_SAFE_INTEGER;

function factsOfCall(
  call: PricedCall,
  attribution: Omit<Facts, 'model' | 'responseModel' | 'provider' | 'service' | 'environment'>,
): Facts {
  const { agent, user, session, run, tags } = attribution;
  const { requestModel, responseModel, provider, service, environment } = call;
  return {
    agent,
    user,
    session,
    run,
    tags,
    model: requestModel ?? responseModel,
    responseModel,
    provider,
    service,
    environment,
  };
}

const costOfCall = ({ price }: PricedCall): bigint | null => (price.status === 'unpriced' ? null : price.costFemtoUsd);

function tokensOf({ usage }: PricedCall): number {
  const { inputTokens, outputTokens } = tokenTotals(usage);
  return inputTokens + outputTokens;
}

/** What was asked, answered and sent, in one tenant; from it alone the naive sums are made. */
export class Log {
  readonly reservations = new Map<string, LoggedReservation>();
  readonly received: Received[] = [];
  readonly budgets = new Map<string, BudgetInLog>();
  readonly raises: RaiseInLog[] = [];

  #claims(): Map<string, Claim[]> {
    return this.#ofCalls().claims;
  }

  #ofCalls(): { readonly claims: Map<string, Claim[]>; readonly charged: NaivePosting[] } {
    const { calls } = audit(this.received, { isBetter: isBetterCopy, nowMs: LATER_MS, settleDelayMs: 0 });
    const claims = new Map<string, Claim[]>();
    const charged: NaivePosting[] = [];
    for (const { row, charge, attribution } of calls) {
      const { call } = row;
      const femtoUsd = costOfCall(call);
      const place = `${row.span.traceId}/${row.span.spanId}`;
      const copies =
        charge !== 'charged' ? [] : calls.filter((each) => each.chargeReason?.endsWith(` ${place}`) === true);
      // A paid call was admitted with what any of its copies says, the charged one first.
      const claimed =
        [call, ...copies.map((copy) => copy.row.call)].map((each) => this.#claimedBy(each)).find(isNamed) ?? null;
      if (claimed !== null && charge !== 'pending') {
        // "The cost known, unless that of the bound is unknown too."
        const isCostSettled = femtoUsd !== null || claimed.boundFemtoUsd === null;
        const isExact = call.usageSource === 'provider' && !call.lossy && isCostSettled;
        const list = claims.get(claimed.id) ?? [];
        list.push({ isExact, isCharged: charge === 'charged', femtoUsd, tokens: tokensOf(call) });
        claims.set(claimed.id, list);
      }
      if (charge !== 'charged') continue;
      const spent = {
        femtoUsd: femtoUsd ?? 0n,
        unpricedCalls: femtoUsd === null ? 1 : 0,
        tokens: tokensOf(call),
        calls: 1,
      };
      const startedMicros = Number(call.startUnixNano / 1000n);
      charged.push({
        facts: factsOfCall(call, attribution),
        atMicros: claimed?.decidedMicros ?? startedMicros,
        spent,
        ...(claimed === null ? { overrun: spent } : {}),
      });
    }
    return { claims, charged };
  }

  /** The reservation that a call names, if it is of "the same tenant, provider and model". */
  #claimedBy({ reservationId, provider, requestModel, responseModel }: PricedCall): LoggedReservation | null {
    const named = reservationId === null ? undefined : this.reservations.get(reservationId);
    if (named === undefined || provider !== named.provider) return null;
    return requestModel === named.model || responseModel === named.model ? named : null;
  }

  postings(): readonly NaivePosting[] {
    const { claims, charged } = this.#ofCalls();
    return [...charged, ...[...this.reservations.values()].map((each) => postingOf(each, claims.get(each.id) ?? []))];
  }

  /** By `NAME KEY WINDOW`; those that are not zero. */
  counters(): Map<string, Amounts> {
    const sums = new Map<string, Amounts>();
    const postings = this.postings();
    for (const { budget, from } of this.budgets.values()) {
      for (const posting of postings) {
        if (!isMatched(budget, posting.facts)) continue;
        const window = windowOf(budget, posting.atMicros);
        if (from !== '' && window < from) continue;
        add(sums, nameOf(budget, keyOf(budget, posting.facts), window), amountsOf(budget, posting));
      }
    }
    return sums;
  }

  /** Spent and reserved by `NAME KEY` in the window that holds an instant. */
  used(nowMs: number): (budget: Budget, key: string) => bigint {
    const sums = this.counters();
    return (budget, key) => {
      if (budget.window.kind !== 'rolling') {
        const sum = sums.get(nameOf(budget, key, windowOf(budget, nowMs * 1000)));
        return sum === undefined ? 0n : sum.spent + sum.reserved;
      }
      const start = `${budget.name} ${key} `;
      let total = 0n;
      for (const [name, { spent, reserved }] of sums) {
        if (name.startsWith(start) && isInside(budget, name.slice(start.length), nowMs)) total += spent + reserved;
      }
      return total;
    };
  }

  limitOf(budget: Budget, key: string, nowMs: number): bigint {
    const window = budget.window.kind === 'rolling' ? '' : windowOf(budget, nowMs * 1000);
    return this.raises
      .filter(
        (raise) => raise.budget === budget.name && (raise.key ?? key) === key && (raise.window ?? window) === window,
      )
      .reduce((sum, { amount }) => sum + amount, budget.limit.amount);
  }

  isClaimed(reservation: LoggedReservation): boolean {
    return this.#claims().has(reservation.id);
  }

  hasExactClaim(reservation: LoggedReservation): boolean {
    return (
      this.#claims()
        .get(reservation.id)
        ?.some(({ isExact }) => isExact) ?? false
    );
  }

  all(): readonly Budget[] {
    return [...this.budgets.values()].map(({ budget }) => budget);
  }
}

const isNamed = (reservation: LoggedReservation | null): reservation is LoggedReservation => reservation !== null;

export const nameOf = ({ name }: Budget, key: string, window: string): string => `${name} ${key} ${window}`;

function add(sums: Map<string, Amounts>, name: string, more: Amounts): void {
  const sum = sums.get(name) ?? { spent: 0n, reserved: 0n, overrun: 0n, expired: 0n };
  sums.set(name, {
    spent: sum.spent + more.spent,
    reserved: sum.reserved + more.reserved,
    overrun: sum.overrun + more.overrun,
    expired: sum.expired + more.expired,
  });
}
