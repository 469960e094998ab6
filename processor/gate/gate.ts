import type { Bounds } from '../../src/policy/bound.ts';
import type { PolicyRule } from '../../src/policy/budget.ts';
import type { Decision, DecisionRequest, Effect, OuterVerdict } from '../../src/policy/decision.ts';
import type { CounterState } from '../../src/policy/evaluate.ts';
import type { Pricing } from '../../src/pricing/pricing.ts';
import type { Usage } from '../../src/usage.ts';
import type { Actor } from '../access/auditLog.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { Database } from '../store/database.ts';
import type { PolicyStore } from './policyStore.ts';
import type { Windows } from './windows.ts';

/** What became of an admitted call, as the client that made it says. */
export type Settlement =
  | {
      /** Null: nobody reported any; what the call cost is unknown, and its bound stays reserved. */
      readonly usage: Usage | null;
      /** The model that answered; null: the one that was granted. */
      readonly model: string | null;
      /** False: usage is estimated or cut short. */
      readonly final: boolean;
      readonly serviceTier: string | null;
    }
  /** The call was surely not sent. */
  | { readonly released: true };

/** What is booked as the call's cost by what clients said so far; null where none of them could say. */
export interface Settled {
  readonly costFemtoUsd: bigint | null;
}

export interface Renewal {
  readonly renewed: readonly { readonly id: string; readonly expiresAtMicros: number }[];
  /** Settled, released, expired, or unknown to this tenant: no longer reserved. */
  readonly ended: readonly string[];
}

export interface ApprovalVerdict {
  readonly approve: boolean;
  readonly actor: Actor;
  readonly note: string | null;
}

export interface Preview {
  readonly decision: Decision;
  /** All that match the request with the model it asks for, in the policy's order. */
  readonly budgets: readonly CounterState[];
}

/** Decides calls before they are made; docs/gate.md has the rules. Ids are UUIDs: any other text is nobody's. */
export interface Gate {
  /**
   * Reserves the bound of a call in every budget that matches, or in none. The same idempotency key with the same body gives the same answer
   * while its reservation lives; with another body it throws `conflict`.
   */
  decide(request: DecisionRequest, outer: OuterVerdict | null): Promise<Decision>;
  /** What `decide` would answer now, and the counters it would look at; reserves nothing. The callback is told both. */
  preview(request: DecisionRequest): Promise<Preview>;
  /** Any number of times, in any order. Throws `not_found`. */
  settle(tenant: string, id: string, settlement: Settlement): Promise<Settled>;
  /** Keeps the reservations of living calls for their `ttlMs` from now on. */
  renew(tenant: string, ids: readonly string[]): Promise<Renewal>;
  /** Decides about a decision that waits. Throws `not_found`, and `conflict` where it was decided otherwise or too late. */
  approve(tenant: string, id: string, verdict: ApprovalVerdict): Promise<Decision>;
  /** The answer that was given under an id; null where nobody knows it, refusals of `decide` among them. */
  find(tenant: string, id: string): Promise<Decision | null>;
  /** As `find`; of a decision that waits for a person, when it has been decided, or after `waitMs` (at most 60 s). */
  wait(tenant: string, id: string, waitMs: number): Promise<Decision | null>;
  /** Ends what has expired, a bounded number at a time; resolves to how many it ended, so that 0 means none is left. */
  sweep(): Promise<number>;
  /** Takes no more requests (`shutting_down`); resolves when those it took are answered. The database stays open. */
  close(): Promise<void>;
}

/** What the gate counts for `/metrics`. */
export interface GateMeters {
  decided(effect: Effect): void;
  settled(kind: 'final' | 'partial' | 'released'): void;
  /** Reservations that nobody settled or renewed in time. */
  expired(count: number): void;
  /** One transaction of the lane: how many requests went in it. */
  batched(requests: number): void;
}

export interface GateParts {
  readonly database: Database;
  readonly policies: PolicyStore;
  readonly windows: Windows;
  readonly bounds: Bounds;
  readonly pricing: Pricing;
  readonly rules: readonly PolicyRule[];
  readonly alerts: Alerts;
  readonly meters: GateMeters;
  /** Of this process: ids are ordered by it. What is decided, by when, is told by the database's. */
  readonly nowMs: () => number;
}

export function createGate(parts: GateParts): Gate {
  throw new Error(`not built yet: ${parts.database.kind}`);
}
