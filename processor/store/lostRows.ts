import type { Attribution } from '../../src/call.ts';
import type { Decision } from '../../src/charging/settlement.ts';
import { identityKey } from './rows.ts';
import type { SettledSpan, StoredState } from './settledSpan.ts';
import type { TraceName } from './tracesOfGroup.ts';

type Decided = Decision<SettledSpan>;

/**
 * Corrects decisions about traces that may have lost rows to retention: a root that named the user, the charged copy of a
 * duplicate, the calls below a container. `before` is what the rows that are left say without what arrived, `after` with it. Where
 * the two agree, what arrived changes nothing, and what was decided while all rows were there stands. Where nothing was lost,
 * `before` is what is stored, and `after` holds.
 */
export function keepWhatWasDecided(
  after: readonly Decided[],
  before: readonly Decided[],
  mayHaveLost: (trace: TraceName) => boolean,
): readonly Decided[] {
  const left = new Map(before.map((decision) => [identityKey(decision.span), decision]));
  const merged = after.map((decision): Decided => {
    const { stored } = decision.span;
    const without = left.get(identityKey(decision.span));
    return stored === null || without === undefined ? decision : mergeDecision(decision, without, stored);
  });
  const lost = lostWinners(after, new Set([...before, ...after].map(referenceOf)), mayHaveLost);
  return lost.size === 0 ? merged : merged.map((decision, place) => joinLost(decision, after[place] ?? decision, lost));
}

function mergeDecision(after: Decided, before: Decided, stored: StoredState): Decided {
  const isSameCharge = after.charge === before.charge && after.chargeReason === before.chargeReason;
  const { charge, chargeReason } = isSameCharge && stored.charge !== 'pending' ? stored : after;
  const attribution = mergeAttribution(after.attribution, before.attribution, stored.attribution);
  const chargedCopy = chargeReason === after.chargeReason ? after.chargedCopy : null;
  return { span: after.span, charge, chargeReason, attribution, chargedCopy };
}

function mergeAttribution(after: Attribution, before: Attribution, stored: Attribution): Attribution {
  const by = (part: (attribution: Attribution) => unknown): Attribution =>
    JSON.stringify(part(after)) === JSON.stringify(part(before)) ? stored : after;
  const ofAgent = by(({ agent, agentId, agentPath, rules }) => [agent, agentId, agentPath, rules.agent]);
  const ofUser = by(({ user, rules }) => [user, rules.user]);
  const ofSession = by(({ session, rules }) => [session, rules.session]);
  return {
    agent: ofAgent.agent,
    agentId: ofAgent.agentId,
    agentPath: ofAgent.agentPath,
    user: ofUser.user,
    session: ofSession.session,
    run: by(({ run }) => run).run,
    endpoint: by(({ endpoint }) => endpoint).endpoint,
    tags: by(({ tags }) => Object.entries(tags).sort(byName)).tags,
    rules: { agent: ofAgent.rules.agent, user: ofUser.rules.user, session: ofSession.rules.session },
  };
}

/** jsonb keeps tags in an order of its own. */
function byName([one]: readonly [string, unknown], [two]: readonly [string, unknown]): number {
  return one < two ? -1 : 1;
}

/** Of each charged copy, as decided, the copy that was charged before and is not here any more, with the rule that told. */
function lostWinners(
  after: readonly Decided[],
  here: ReadonlySet<string>,
  mayHaveLost: (trace: TraceName) => boolean,
): ReadonlyMap<string, string> {
  const lost = new Map<string, string>();
  for (const decision of after) {
    const { stored, tenant } = decision.span;
    if (stored?.charge !== 'duplicate' || stored.chargeReason === null) continue;
    const charged = winnerIn(stored.chargeReason);
    const [traceId = ''] = charged.split('/');
    const winner = winnerOf(decision);
    if (winner !== null && !here.has(`${tenant} ${charged}`) && mayHaveLost({ tenant, traceId })) {
      lost.set(winner, stored.chargeReason);
    }
  }
  return lost;
}

/** Whatever is one call with a duplicate whose charged copy is gone has been charged with it. */
function joinLost(merged: Decided, after: Decided, lost: ReadonlyMap<string, string>): Decided {
  const winner = winnerOf(after);
  const reason = winner === null ? undefined : lost.get(winner);
  if (reason === undefined) return merged;
  const { stored } = merged.span;
  const chargeReason = stored?.charge === 'duplicate' ? stored.chargeReason : reason;
  return { ...merged, charge: 'duplicate', chargeReason, chargedCopy: null };
}

/** The charged copy of the call this is one of: itself or the one its reason names; null for what is no call of its own. */
function winnerOf({ span, charge, chargeReason }: Decided): string | null {
  if (charge === 'charged' && chargeReason === null) return referenceOf({ span });
  return charge === 'duplicate' && chargeReason !== null ? `${span.tenant} ${winnerIn(chargeReason)}` : null;
}

/** `RULE TRACE_ID/SPAN_ID` */
function winnerIn(chargeReason: string): string {
  return chargeReason.slice(chargeReason.indexOf(' ') + 1);
}

function referenceOf({ span }: Pick<Decided, 'span'>): string {
  return `${span.tenant} ${span.traceId}/${span.spanId}`;
}
