import type { LlmCall, PricedCall } from '../../src/call.ts';
import type { PolicyRule } from '../../src/policy/budget.ts';
import type { Decision, DecisionRequest, Effect, OuterVerdict } from '../../src/policy/decision.ts';
import { TollgateError } from '../../src/errors.ts';
import { storableText } from '../../src/storableText.ts';
import type { PriceBook } from '../prices/priceBook.ts';
import type { Database } from '../store/database.ts';
import { approving, type ApprovalVerdict } from './approve.ts';
import type { Asker } from './asker.ts';
import { type BatchParts, runBatch } from './batch.ts';
import { cleanRequest, cleanVerdict } from './cleanRequest.ts';
import { makeDecisionId, readDecisionId } from './decisionId.ts';
import { findDecision, selectDecided } from './findDecisions.ts';
import { createLane, type LaneLimits } from './lane.ts';
import type { Operation } from './operation.ts';
import { renewing, type Renewal } from './renew.ts';
import { type Preview, previewing, reserving } from './reserve.ts';
import { type Settled, type Settlement, settling } from './settle.ts';
import { sweepOnce } from './sweep.ts';
import { transact } from './transact.ts';
import { createWaiters } from './waiters.ts';

export type { Preview, Settlement };

/** Decides calls before they are made; docs/gate.md has the rules. Ids are UUIDs: any other text is nobody's. */
export interface Gate {
  /**
   * Reserves the bound of a call in every budget that matches, or in none. The same idempotency key with the same body gives
   * the same answer while its reservation lives; with another body it throws `conflict`.
   */
  decide(request: DecisionRequest, outer: OuterVerdict | null): Promise<Decision>;
  /** What `decide` would answer now, and the counters it would look at; reserves nothing. The callback is told both. */
  preview(request: DecisionRequest): Promise<Preview>;
  /** Any number of times, in any order. Throws `not_found`. */
  settle(asker: Asker, id: string, settlement: Settlement): Promise<Settled>;
  /** Keeps the reservations of living calls for their `ttlMs` from now on. */
  renew(asker: Asker, ids: readonly string[]): Promise<Renewal>;
  /** Decides about a decision that waits. Throws `not_found`, and `conflict` where it was decided otherwise or too late. */
  approve(tenant: string, id: string, verdict: ApprovalVerdict): Promise<Decision>;
  /** The answer that was given under an id; null where nobody knows it, refusals of `decide` among them. */
  find(asker: Asker, id: string): Promise<Decision | null>;
  /** As `find`; of a decision that waits for a person, when it has been decided, or after `waitMs` (at most 60 s). */
  wait(asker: Asker, id: string, waitMs: number): Promise<Decision | null>;
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

export interface GateParts extends BatchParts {
  readonly database: Database;
  readonly prices: Pick<PriceBook, 'snapshot'>;
  readonly rules: readonly PolicyRule[];
  readonly meters: GateMeters;
  /** Of this process: ids are ordered by it. When something was decided is told by the database's. */
  readonly nowMs: () => number;
}

/**
 * A batch of the embedded store holds up the whole process while it runs, so it is small. About a second of work may wait.
 */
const LIMITS: Readonly<Record<Database['kind'], LaneLimits>> = {
  postgres: { batchMax: 256, waitingMax: 20_000 },
  embedded: { batchMax: 64, waitingMax: 10_000 },
};

const WAIT_MS_MAX = 60_000;

export function createGate(parts: GateParts): Gate {
  const { database, meters, nowMs, prices } = parts;
  const waiters = createWaiters((names) => selectDecided(database, names));
  const lane = createLane<Operation<unknown>, unknown>((operations) => {
    meters.batched(operations.length);
    return transact(database, (client, isRepeated) => runBatch(client, parts, operations, isRepeated));
  }, LIMITS[database.kind]);

  async function ask<Answer>(operation: Operation<Answer>): Promise<Answer> {
    // The outcome of an operation is what its `apply` returned.
    return (await lane.ask(operation)) as Answer;
  }

  function priceFor(tenant: string): (call: LlmCall) => PricedCall {
    const { pricing, overridesOf } = prices.snapshot;
    const overrides = overridesOf(tenant);
    return (call) => pricing.price(call, overrides);
  }

  async function find(asker: Asker, id: string): Promise<Decision | null> {
    const known = readDecisionId(id);
    return known === null ? null : findDecision(database, asker, known);
  }

  return {
    async decide(request, outer) {
      const verdict = outer === null ? null : cleanVerdict(outer);
      const asked = { id: makeDecisionId(nowMs()), request: cleanRequest(request), outer: verdict };
      const decision = await ask(reserving(parts, asked));
      meters.decided(decision.effect);
      return decision;
    },
    preview: (request) => {
      const asked = { id: makeDecisionId(nowMs()), request: cleanRequest(request), outer: null };
      return ask(previewing(parts, asked));
    },
    async settle(asker, id, settlement) {
      const settled = await ask(settling(priceFor(asker.tenant), asker, knownId(id), settlement));
      meters.settled('released' in settlement ? 'released' : settlement.final ? 'final' : 'partial');
      return settled;
    },
    async renew(asker, ids) {
      const { known, unknown } = partition(ids);
      if (known.length === 0) return { renewed: [], ended: unknown };
      const { renewed, ended } = await ask(renewing(asker, known));
      return { renewed, ended: [...ended, ...unknown] };
    },
    async approve(tenant, id, verdict) {
      const name = { tenant, id: knownId(id) };
      const note = verdict.note === null ? null : storableText(verdict.note);
      const decision = await ask(approving(parts, name, { ...verdict, note }));
      waiters.wake(name);
      return decision;
    },
    find,
    async wait(asker, id, waitMs) {
      const decision = await find(asker, id);
      if (decision?.effect !== 'require_approval') return decision;
      await waiters.until({ tenant: asker.tenant, id: decision.decisionId }, Math.min(waitMs, WAIT_MS_MAX));
      return find(asker, id);
    },
    async sweep() {
      const { presumed, lapsed, overdue } = await sweepOnce(database, parts);
      meters.expired(presumed);
      return presumed + lapsed + overdue;
    },
    async close() {
      waiters.close();
      await lane.close();
    },
  };
}

function knownId(id: string): string {
  const known = readDecisionId(id);
  if (known === null) throw new TollgateError('not_found', `No decision has the id ${id}: expected a UUID.`);
  return known;
}

/** Each id once. */
function partition(ids: readonly string[]): { readonly known: readonly string[]; readonly unknown: readonly string[] } {
  const known = new Set<string>();
  const unknown = new Set<string>();
  for (const id of ids) {
    const read = readDecisionId(id);
    if (read === null) unknown.add(id);
    else known.add(read);
  }
  return { known: [...known], unknown: [...unknown] };
}
