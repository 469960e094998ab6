import type { Decision } from '../../src/charging/settlement.ts';
import { type BookedFacts, entryOf, type LedgerEntry, type LedgerReason, reversalOf } from '../../src/ledger.ts';
import { tokenTotals } from '../../src/usage.ts';
import { type ClaimingDecision, isSameLink } from '../gate/claimedCalls.ts';
import type { Decided } from './attributionColumns.ts';
import { ledgerRow, type LedgerRow } from './ledgerRows.ts';
import type { CallRow } from './rows.ts';
import { bookedFactsOfSpan, type SettledSpan, type StoredState } from './settledSpan.ts';
import type { DecisionRow } from './statements/updateDecisions.ts';
import type { RepricedRow } from './statements/updatePrices.ts';

/** What a settlement writes. */
export interface Bookings {
  readonly inserted: readonly CallRow[];
  /** Better copies of stored calls. */
  readonly replaced: readonly CallRow[];
  /** Stored calls about which something else is decided than before. */
  readonly redecided: readonly DecisionRow[];
  /** Stored calls that have another price. */
  readonly repriced: readonly RepricedRow[];
  readonly entries: readonly LedgerRow[];
}

/** The calls that have to be written: those that arrive, and those about which something else is decided than is stored. */
export function changedOf(decisions: readonly Decision<SettledSpan>[]): ReadonlySet<Decision<SettledSpan>> {
  return new Set(
    decisions.filter((decision) => {
      const { arrived, stored, repriced } = decision.span;
      return arrived !== null || repriced !== null || (stored !== null && !isSame(decision, stored));
    }),
  );
}

/** Books the difference between what is stored and what is decided of each call that changes. */
export function bookingsOf(changed: readonly ClaimingDecision[], nowMicros: number): Bookings {
  const inserted: CallRow[] = [];
  const replaced: CallRow[] = [];
  const redecided: DecisionRow[] = [];
  const repriced: RepricedRow[] = [];
  const entries: LedgerRow[] = [];
  for (const decision of changed) {
    const { span } = decision;
    const { arrived, stored } = span;
    const booked = entriesOf(decision);
    const firstNo = stored?.entryCount ?? 0;
    booked.forEach((entry, place) => entries.push(ledgerRow(span, entry, firstNo + place, nowMicros)));
    const entryCount = firstNo + booked.length;
    if (arrived === null) {
      const { tenant, traceId, spanId, startMicros } = span;
      const row = { tenant, traceId, spanId, startMicros, entryCount };
      const { repriced: price } = span;
      if (price !== null) repriced.push({ ...row, stored: price.stored, figuresRank: price.figuresRank });
      if (price === null || isDecidedAnew(decision)) redecided.push({ ...row, decided: decision, link: decision.link });
    } else (stored === null ? inserted : replaced).push(callRowOf(decision, arrived, entryCount));
  }
  return { inserted, replaced, redecided, repriced, entries };
}

function callRowOf(
  decided: ClaimingDecision,
  arrived: NonNullable<SettledSpan['arrived']>,
  entryCount: number,
): CallRow {
  const { tenant, traceId, spanId, startMicros, completeness, contentHash, call, keyAgent } = arrived;
  return {
    tenant,
    traceId,
    spanId,
    startMicros,
    completeness,
    contentHash,
    call,
    keyAgent,
    tokens: tokenTotals(call.usage),
    receivedMicros: decided.span.receivedMicros,
    decided,
    entryCount,
    link: decided.link,
  };
}

/** The old booking back and the new one after it, where they differ; the first booking alone. */
function entriesOf(decision: Decision<SettledSpan>): readonly LedgerEntry[] {
  const { span, charge, attribution } = decision;
  const { stored } = span;
  const reason = reasonOf(decision, stored);
  const entry = charge === 'charged' ? entryOf(bookedFactsOfSpan(span), attribution, reason) : null;
  const last = stored?.charge === 'charged' ? entryOf(stored.facts, stored.attribution, reason) : null;
  if (last === null) return entry === null ? [] : [entry];
  if (entry === null) return [reversalOf(last)];
  const isMoved = span.arrived !== null || costsOther(span) || dimensionText(entry) !== dimensionText(last);
  return isMoved ? [reversalOf(last), entry] : [];
}

/** Another card at the same price books nothing. */
function costsOther({ stored, repriced }: SettledSpan): boolean {
  return stored !== null && repriced !== null && costText(stored.facts) !== costText(repriced.facts);
}

function costText({ measures }: BookedFacts): string {
  return `${measures.costFemtoUsd} ${measures.unpricedCalls}`;
}

function reasonOf({ span, charge }: Decision<SettledSpan>, stored: StoredState | null): LedgerReason {
  if (stored === null || stored.entryCount === 0) return 'charge';
  if (span.arrived !== null) return 'replaced';
  if (charge === 'charged') {
    if (stored.charge === 'charged') return costsOther(span) ? 'repriced' : 'attributed';
    return stored.charge === 'duplicate' ? 'merged' : 'charge';
  }
  return charge === 'duplicate' ? 'merged' : 'reversed';
}

function isDecidedAnew(decision: ClaimingDecision): boolean {
  const { stored } = decision.span;
  return stored === null || !isSame(decision, stored) || !isSameLink(decision.link, stored.link);
}

function dimensionText({ dimensions }: LedgerEntry): string {
  return JSON.stringify(dimensions);
}

function isSame(decided: Decided, stored: StoredState): boolean {
  return decidedText(decided) === decidedText(stored);
}

/** jsonb keeps tags in an order of its own. */
function decidedText({ charge, chargeReason, attribution }: Decided): string {
  const { agent, agentId, user, session, run, endpoint, tags, agentPath, rules } = attribution;
  const sorted = Object.entries(tags).sort(([one], [two]) => (one < two ? -1 : 1));
  return JSON.stringify([
    charge,
    chargeReason,
    [agent, agentId, user, session, run, endpoint],
    sorted,
    agentPath,
    [rules.agent, rules.user, rules.session],
  ]);
}
