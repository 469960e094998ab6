import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked, Gatekeeper, PolicyVerdict, Verdict } from './gated.ts';
import { reasonOfFault, say, sayFault } from '../fault.ts';
import { askCallback, combine, isBelowCallback } from './policyCallback.ts';
import { PolicyClient } from './policyClient.ts';
import type { PolicyConfig } from './policyConfig.ts';
import { readDecision } from './policyWire.ts';
import type { PolicyDecision, PolicyEffect } from './policyWire.ts';
import { Reservations, TTL_SECONDS } from './reservations.ts';
import type { Settlement } from './settlements.ts';
import { shared } from '../shared.ts';

/** The server answers earlier where it likes. */
const WAIT_SECONDS_MAX = 30;
/** Between two questions whether somebody has approved, where the first failed. */
const WAIT_AGAIN_MS = 1_000;

/** Asks Tollgate and the application's callback before a call is made. */
export class Gate implements Gatekeeper {
  readonly #config: PolicyConfig;
  /** Null without `TOLLGATE_POLICY_URL`: then the callback decides alone. */
  readonly #client: PolicyClient | null;
  readonly #reservations: Reservations | null;

  constructor(config: PolicyConfig) {
    this.#config = config;
    this.#client = config.hasTollgate ? new PolicyClient(config) : null;
    this.#reservations = this.#client === null ? null : new Reservations(this.#client);
  }

  get enforces(): boolean {
    return this.#config.enforces;
  }

  get isActive(): boolean {
    return this.#client !== null || shared.policyCallback !== undefined;
  }

  get reservations(): Reservations | null {
    return this.#reservations;
  }

  async decide(ask: () => Asked): Promise<Verdict> {
    try {
      return await this.#decide(ask());
    } catch (fault) {
      sayFault('asking for a decision', fault);
      return this.#verdict(this.#unavailable(reasonOfFault(fault)));
    }
  }

  async #decide(asked: Asked): Promise<Verdict> {
    let decision = await this.#ask(asked);
    const verdict = await this.#askCallback(asked, decision);
    if (verdict === null) return this.#verdict(await this.#approved(decision, asked));
    const combined = combine(decision, verdict);
    if (!this.enforces) return this.#verdict(combined, decision);
    // What only the callback wants approved nobody can approve.
    if (isRefusal(verdict.effect)) {
      this.close(decision, { released: true });
      return this.#verdict({ ...combined, expires_at: null });
    }
    // A reservation holds for its model alone.
    const model = decision.modify?.model === undefined ? verdict.modify?.model : undefined;
    const { call } = asked;
    if (model !== undefined && call !== null && model !== call.model && decision.effect !== 'deny') {
      this.close(decision, { released: true });
      decision = await this.#ask({ ...asked, call: { ...call, model } });
    }
    return this.#verdict(combine(await this.#approved(decision, asked), verdict));
  }

  close({ decision_id: id }: PolicyDecision, settlement: Settlement | null): void {
    if (id !== null) this.#reservations?.close(id, settlement);
  }

  #verdict(decision: PolicyDecision, reserving = decision): Verdict {
    const reservation = isReserved(reserving) && !isRefusal(reserving.effect) ? reserving.decision_id : null;
    if (reservation !== null) this.#reservations?.open(reservation);
    const isUnavailable = decision.reasons.length > 0 && decision.reasons.every(({ kind }) => kind === 'unavailable');
    return {
      decision,
      effect: isUnavailable ? 'unavailable' : decision.effect,
      isRefused: isRefusal(decision.effect),
      reservation,
    };
  }

  /** The same key with every attempt, so that a question that arrived twice reserves once. */
  async #ask({ subject, call }: Asked): Promise<PolicyDecision> {
    if (this.#client === null) return unanswered('allow', []);
    const body = {
      subject,
      ...(call === null ? {} : { call }),
      idempotency_key: randomUUID(),
      ttl_seconds: TTL_SECONDS,
    };
    try {
      const answer = await this.#client.send({
        method: 'POST',
        path: '/decisions',
        body,
        timeoutMs: this.#config.timeoutMs,
        holdsProcess: true,
        // The call went on without it, or was refused: nobody needs what it reserved.
        onLateAnswer: (late) => {
          const decision = readDecision(late.body);
          if (decision !== null) this.close(decision, { released: true });
        },
      });
      const decision = answer.status === 200 ? readDecision(answer.body) : null;
      if (decision !== null) return decision;
      return this.#unavailable(`HTTP status ${answer.status}${answer.status === 200 ? ' with no decision' : ''}`);
    } catch (fault) {
      return this.#unavailable(reasonOfFault(fault));
    }
  }

  #unavailable(reason: string): PolicyDecision {
    const { onError, enforces } = this.#config;
    const denies = onError === 'deny' && enforces;
    say(`cannot ask Tollgate: ${reason}; calls ${denies ? 'are denied' : 'go on unchecked'}`);
    const message = `Tollgate gave no answer: ${reason}`;
    return unanswered(onError, [{ policy: 'TOLLGATE_POLICY_ON_ERROR', kind: 'unavailable', message }]);
  }

  /** Null where there is no callback. */
  async #askCallback({ subject, call }: Asked, decision: PolicyDecision): Promise<PolicyVerdict | null> {
    const { policyCallback: callback } = shared;
    const { onError, timeoutMs } = this.#config;
    if (callback === undefined || isBelowCallback()) return null;
    try {
      return await askCallback(
        callback,
        { subject, call, decision: this.#client === null ? null : decision },
        timeoutMs,
      );
    } catch (fault) {
      const reason = reasonOfFault(fault);
      say(`the policy callback failed: ${reason}; its calls get ${onError}`);
      return { effect: onError, message: `the callback failed: ${reason}` };
    }
  }

  /** Waits for a person where the decision needs one; what nobody approves stays `require_approval`. */
  async #approved(decision: PolicyDecision, { signal }: Asked): Promise<PolicyDecision> {
    if (decision.effect !== 'require_approval' || !this.enforces) return decision;
    const deadline = performance.now() + this.#config.approvalWaitMs;
    for (;;) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0 || signal?.aborted === true) break;
      const seconds = Math.min(WAIT_SECONDS_MAX, Math.floor(leftMs / 1_000));
      const answer = await this.#wait(decision, seconds, signal);
      if (answer !== null && answer.effect !== 'require_approval') return answer;
      // Without a pause, a server that answers at once would be asked without end.
      const pauseMs = Math.max(0, Math.min(WAIT_AGAIN_MS, deadline - performance.now()));
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
    // Whoever approves it from now on reserves for a call that nobody makes.
    this.close(decision, { released: true });
    return decision;
  }

  /** Null where no answer came; the next one may. */
  async #wait(
    { decision_id: id }: PolicyDecision,
    seconds: number,
    signal: AbortSignal | undefined,
  ): Promise<PolicyDecision | null> {
    if (this.#client === null || id === null) return null;
    try {
      const { status, body } = await this.#client.send({
        method: 'GET',
        path: `/decisions/${encodeURIComponent(id)}?wait=${seconds}`,
        timeoutMs: seconds * 1_000 + this.#config.timeoutMs,
        holdsProcess: true,
        signal,
      });
      return status === 200 ? readDecision(body) : null;
    } catch {
      return null;
    }
  }
}

const isRefusal = (effect: PolicyEffect): boolean => effect === 'deny' || effect === 'require_approval';

const isReserved = ({ decision_id: id, expires_at: expiresAt }: PolicyDecision): boolean =>
  id !== null && expiresAt !== null;

function unanswered(effect: 'allow' | 'deny', reasons: PolicyDecision['reasons']): PolicyDecision {
  return {
    decision_id: null,
    effect,
    reserved_usd: null,
    expires_at: null,
    modify: null,
    stop_streams: false,
    reasons,
  };
}
