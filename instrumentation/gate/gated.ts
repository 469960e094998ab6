import type { PolicyCall, PolicyDecision, PolicyEffect, PolicyModification, PolicySubject } from './policyWire.ts';
import type { Settlement } from './settlements.ts';

/** What is asked: about a call, or, without one, whether a run may start. */
export interface Asked {
  readonly subject: PolicySubject;
  readonly call: PolicyCall | null;
  /** The caller's: whoever gives up waits for no approval. */
  readonly signal?: AbortSignal | undefined;
}

export interface Verdict {
  readonly decision: PolicyDecision;
  /** As the span says it: `unavailable` where Tollgate gave no answer. */
  readonly effect: PolicyEffect | 'unavailable';
  readonly isRefused: boolean;
  /** Id of what is reserved; null where nothing is. */
  readonly reservation: string | null;
}

/** Who is asked before a call is made. */
export interface Gatekeeper {
  /** There is somebody to ask. */
  readonly isActive: boolean;
  /** False in shadow mode. */
  readonly enforces: boolean;
  /** Never rejects; a question that cannot be put is as one without an answer. */
  decide(ask: () => Asked): Promise<Verdict>;
  /** Ends the reservation of a decision, where it made one; also the wait for an approval. */
  close(decision: PolicyDecision, settlement: Settlement | null): void;
}

/** What a callback is told. */
export interface PolicyQuestion {
  readonly subject: PolicySubject;
  /** Null where an agent asks whether its run may start. */
  readonly call: PolicyCall | null;
  /** Tollgate's own; null where there is no Tollgate to ask. */
  readonly decision: PolicyDecision | null;
}

/** What a callback answers. `modify` is of use to the effect `modify`. */
export interface PolicyVerdict {
  readonly effect: PolicyEffect;
  readonly modify?: PolicyModification | undefined;
  /** Why, for people. */
  readonly message?: string | undefined;
}

export type PolicyCallback = (question: PolicyQuestion) => PolicyVerdict | Promise<PolicyVerdict>;
