import { noSubject } from '../../src/attribution/subject.ts';
import type { LlmCall, PricedCall, PriceFacts } from '../../src/call.ts';
import { TollgateError } from '../../src/errors.ts';
import { hasUnknownCost } from '../../src/policy/postings.ts';
import { emptyUsage, tokenTotals, type Usage } from '../../src/usage.ts';
import { type Asker, isAbout } from './asker.ts';
import type { Books } from './books.ts';
import type { Operation } from './operation.ts';
import type { Reservation } from './reservations.ts';

/** What became of an admitted call, as the client that made it says. */
export type Settlement =
  | {
      /** Null: nobody reported any. */
      readonly usage: Usage | null;
      /** The model that answered; null: the one that was granted. */
      readonly model: string | null;
      /** False: usage is estimated or cut short. */
      readonly final: boolean;
      readonly serviceTier: string | null;
      /** Left out or null: nobody said. */
      readonly priceFacts?: PriceFacts | null;
    }
  /** The call was surely not sent. */
  | { readonly released: true };

/** What the call is booked with; null where nobody could say. */
export interface Settled {
  readonly costFemtoUsd: bigint | null;
}

/** By the prices of the tenant. */
type Price = (call: LlmCall) => PricedCall;

/** Books what a client says of its call: of two settlements the higher rank counts, then the larger cost. Throws `not_found`. */
export function settling(price: Price, asker: Asker, id: string, settlement: Settlement): Operation<Settled> {
  const { tenant } = asker;
  return {
    turn: 'settle',
    names: () => ({ reservations: [{ tenant, id }], approvals: [], keys: [] }),
    places(held) {
      const reservation = held.reservations.byId(tenant, id);
      return reservation === null ? [] : [{ facts: reservation.facts, atMicros: reservation.decidedMicros }];
    },
    apply(books) {
      const reservation = books.reservations.byId(tenant, id);
      if (reservation === null || !isAbout(asker, reservation.facts.agent)) {
        throw new TollgateError('not_found', `No reservation has the id ${id}.`);
      }
      if ('released' in settlement) return costInForce(release(books, reservation));
      const said = saidBy(price, reservation, settlement);
      return costInForce(isMore(said, reservation) ? books.change(reservation, said) : reservation);
    },
  };
}

type Said = Pick<Reservation, 'rank' | 'settledFemtoUsd' | 'settledTokens'>;

/** A call of which something is known was made, whatever else is said of it. */
function release(books: Books, reservation: Reservation): Reservation {
  const { phase, rank, claims } = reservation;
  if (phase === 'released' || rank > 0 || claims > 0) return reservation;
  return books.change(reservation, { phase: 'released' });
}

function isMore(said: Said, kept: Said): boolean {
  if (said.rank !== kept.rank) return said.rank > kept.rank;
  // A known cost is more than none.
  const saidCost = said.settledFemtoUsd ?? -1n;
  const keptCost = kept.settledFemtoUsd ?? -1n;
  return saidCost === keptCost ? said.settledTokens > kept.settledTokens : saidCost > keptCost;
}

function costInForce(reservation: Reservation): Settled {
  const { phase, rank, claims, claimedFemtoUsd, claimedUnpricedCalls, settledFemtoUsd } = reservation;
  if (hasUnknownCost(reservation)) return { costFemtoUsd: settledFemtoUsd };
  if (claims > 0) return { costFemtoUsd: claimedUnpricedCalls > 0 ? null : claimedFemtoUsd };
  // A call that was not sent costs nothing.
  return { costFemtoUsd: rank === 0 && phase === 'released' ? 0n : settledFemtoUsd };
}

type SaidUsage = Exclude<Settlement, { released: true }>;

/** Without a cost, or where a part of the usage is still to come, it is partial. */
function saidBy(priceOf: Price, reservation: Reservation, said: SaidUsage): Said {
  const { price, usage } = priceOf(settledCall(reservation, said));
  const settledFemtoUsd = price.status === 'unpriced' ? null : price.costFemtoUsd;
  const isContradictory = price.status === 'unpriced' && price.reason === 'inconsistent_usage';
  const { inputTokens, outputTokens } = tokenTotals(isContradictory ? emptyUsage : usage);
  return {
    rank: said.final && settledFemtoUsd !== null ? 2 : 1,
    settledFemtoUsd,
    settledTokens: inputTokens + outputTokens,
  };
}

const NANOS_A_MICRO = 1000n;

/** The record that a span of the call would give, as far as prices depend on it: it started a moment after it was admitted. */
function settledCall({ facts, decidedMicros }: Reservation, said: SaidUsage): LlmCall {
  const { provider, model: granted } = facts;
  return {
    ...unnamedCall,
    provider,
    model: said.model ?? granted,
    requestModel: granted,
    responseModel: said.model,
    usage: said.usage ?? emptyUsage,
    serviceTier: said.serviceTier,
    priceFacts: said.priceFacts ?? null,
    startUnixNano: BigInt(decidedMicros) * NANOS_A_MICRO,
  };
}

const unnamedCall: LlmCall = {
  traceId: '',
  spanId: '',
  parentSpanId: null,
  name: '',
  kind: 0,
  startUnixNano: 0n,
  durationNano: 0n,
  status: 'ok',
  service: null,
  environment: null,
  operation: null,
  own: noSubject,
  role: 'call',
  containerRule: null,
  dialect: 'tollgate',
  scope: null,
  isEmitterKnown: true,
  provider: null,
  model: null,
  requestModel: null,
  responseModel: null,
  responseId: null,
  requestId: null,
  errorType: null,
  httpStatus: null,
  usage: emptyUsage,
  cacheSemantics: null,
  usageSource: 'provider',
  lossy: false,
  usageFault: null,
  serviceTier: null,
  priceFacts: null,
  reportedCostFemtoUsd: null,
  reservationId: null,
  resourceSubject: noSubject,
};
