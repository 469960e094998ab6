import { isErasedUser } from '../../src/attribution/erasedUser.ts';
import type { Subject } from '../../src/call.ts';
import type { Decision } from '../../src/charging/settlement.ts';
import type { Group } from './group.ts';
import { identityKey } from './rows.ts';
import type { SettledSpan } from './settledSpan.ts';
import { traceKey } from './tracesOfGroup.ts';

type Decided = Decision<SettledSpan>;

/**
 * The group without what would bring an erased id back: in a trace that holds an erased user, a further copy of a stored span
 * names whom the stored one names. Nobody remembers which id was erased, so a copy that names another user cannot be told from one that
 * names the erased one. Content hashes stay those of the copies: which one is kept does not change.
 */
export function withoutErasedIds(group: Group, loaded: readonly SettledSpan[]): Group {
  const traces = new Set<string>();
  for (const row of loaded) if (namesErased(row)) traces.add(traceKey(row));
  if (traces.size === 0) return group;
  const stored = new Map<string, SettledSpan>();
  for (const row of loaded) {
    const key = identityKey(row);
    // Where the store has a row as a call and as a plain span, the call counts.
    if (traces.has(traceKey(row)) && (row.call !== null || !stored.has(key))) stored.set(key, row);
  }
  const calls = group.calls.map((row) => {
    const kept = stored.get(identityKey(row));
    if (kept === undefined) return row;
    const own = withUser(row.call.own, kept.own.user);
    const resourceSubject = withUser(row.call.resourceSubject, kept.call?.resourceSubject.user ?? null);
    return { ...row, call: { ...row.call, own, resourceSubject } };
  });
  const spans = group.spans.map((row) => {
    const kept = stored.get(identityKey(row));
    return kept === undefined ? row : { ...row, span: { ...row.span, own: withUser(row.span.own, kept.own.user) } };
  });
  return { ...group, calls, spans };
}

function namesErased({ own, call, stored }: SettledSpan): boolean {
  return (
    isErasedUser(own.user) ||
    isErasedUser(stored?.attribution.user ?? null) ||
    isErasedUser(call?.resourceSubject.user ?? null)
  );
}

function withUser(subject: Subject, user: string | null): Subject {
  return subject.user === user ? subject : { ...subject, user };
}

/** Whose a call is: the user and the rule that told. */
interface Whose {
  readonly user: string;
  readonly rule: Decided['attribution']['rules']['user'];
}

/**
 * Decisions in which a call whose user was erased keeps the id in its place: a late parent or a late copy that names the user
 * is about itself. So does a paid call all of whose copies that were charged so far were an erased user's.
 */
export function keepErasedUsers(decisions: readonly Decided[]): readonly Decided[] {
  if (!decisions.some(({ span }) => erasedOf(span) !== null)) return decisions;
  const ofWinners = erasedWinners(decisions);
  return decisions.map((decision) => {
    const { span, charge, attribution } = decision;
    const whose = erasedOf(span) ?? (charge === 'charged' ? (ofWinners.get(span) ?? null) : null);
    if (whose === null) return decision;
    const rules = { ...attribution.rules, user: whose.rule };
    return { ...decision, attribution: { ...attribution, user: whose.user, rules } };
  });
}

/** By the copy that is charged now, whose the paid call was; left out where it was anybody else's too. */
function erasedWinners(decisions: readonly Decided[]): ReadonlyMap<SettledSpan, Whose> {
  const copies = new Map<SettledSpan, SettledSpan[]>();
  for (const { span, charge, chargedCopy } of decisions) {
    const winner = charge === 'charged' ? span : chargedCopy;
    if (winner === null || span.stored?.charge !== 'charged') continue;
    const others = copies.get(winner);
    if (others === undefined) copies.set(winner, [span]);
    else others.push(span);
  }
  const winners = new Map<SettledSpan, Whose>();
  for (const [winner, charged] of copies) {
    const [first] = charged.toSorted((one, other) => (identityKey(one) < identityKey(other) ? -1 : 1));
    const whose = first === undefined ? null : erasedOf(first);
    if (whose !== null && charged.every((span) => erasedOf(span) !== null)) winners.set(winner, whose);
  }
  return winners;
}

function erasedOf({ stored }: SettledSpan): Whose | null {
  const user = stored?.attribution.user ?? null;
  return isErasedUser(user) ? { user, rule: stored?.attribution.rules.user ?? null } : null;
}
