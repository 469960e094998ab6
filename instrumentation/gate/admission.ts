import { askedCall, askedSubject, choicesOf } from './askedCall.ts';
import type { GatedCall } from './askedCall.ts';
import { currentAttribution } from '../attribution/currentAttribution.ts';
import type { Attempt } from '../calls/attempt.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import type { Gatekeeper, Verdict } from './gated.ts';
import { PolicyDeniedError } from './policyDeniedError.ts';
import type { PolicyDecision, PolicyModification } from './policyWire.ts';
import { markVerdict } from './policySpan.ts';
import type { Settlement } from './settlements.ts';

/** Where there is no telling what a request asks for, so that it matches budgets of all models alone. */
const NO_MODEL = '(none)';

/** One call's way through the gate, and what it holds there. */
export class Admission {
  readonly #gate: Gatekeeper;
  readonly #seesAttempts: boolean;
  #decision: PolicyDecision | null = null;
  #reservation: string | null = null;
  /** Output beyond which a stream is ended; null where nobody wants that, or nobody knows. */
  stopAfterTokens: number | null = null;
  attempt: Attempt = 'unknown';

  /** `seesAttempts`: the client shows its HTTP exchanges; else nobody knows whether a request left. */
  constructor(gate: Gatekeeper, seesAttempts: boolean) {
    this.#gate = gate;
    this.#seesAttempts = seesAttempts;
  }

  /**
   * Asks, and gives back the options as they may be sent; the caller's objects stay as they are. Rejects with
   * `PolicyDeniedError`.
   */
  async admit(options: Fields, call: GatedCall): Promise<Fields> {
    const body = fieldsOrEmpty(options['body']);
    const model = textOf(body['model']) ?? call.deployment ?? NO_MODEL;
    const signal = options['signal'] instanceof AbortSignal ? options['signal'] : undefined;
    const deciding = this.#gate.decide(() => ({
      subject: askedSubject(currentAttribution(), call.span),
      call: askedCall(call, options['body'], model),
      signal,
    }));
    const verdict = await unlessAborted(deciding, signal);
    if (verdict === null) {
      // The SDK sees the same signal, and sends nothing: nobody needs what is reserved.
      void deciding.then(({ decision, reservation }) => {
        if (reservation !== null) this.#gate.close(decision, { released: true });
      });
      return options;
    }
    this.#decision = verdict.decision;
    this.#reservation = verdict.reservation;
    this.attempt = this.#seesAttempts ? 'unsent' : 'unknown';
    if (!this.#gate.enforces) {
      this.#shadow(verdict, call, model);
      return options;
    }
    markVerdict(call.span, verdict, true);
    if (signal?.aborted === true) return options;
    if (verdict.isRefused) throw new PolicyDeniedError(verdict.decision);
    const { modify } = verdict.decision;
    if (modify !== null && !isFields(options['body'])) throw this.impossible('the body of the request is no object');
    const changed = this.#modified(body, modify, call, model);
    this.#limitStream(verdict.decision, call, changed ?? body);
    return changed === null ? options : { ...options, body: changed };
  }

  /** The reservation is for the granted model: where another one is called, it settles nothing. */
  #shadow(verdict: Verdict, call: GatedCall, model: string): void {
    const granted = verdict.decision.modify?.model ?? model;
    if (granted !== model && this.#reservation !== null) this.settle({ released: true });
    markVerdict(call.span, { ...verdict, reservation: this.#reservation }, false);
  }

  /** Null where nothing is to be changed. */
  #modified(body: Fields, modify: PolicyModification | null, call: GatedCall, model: string): Fields | null {
    if (modify === null) return null;
    let changed = body;
    if (modify.model !== undefined && modify.model !== model) {
      // The client puts its deployment into the address, whatever the body says.
      if (call.deployment !== null)
        throw this.impossible(`the client's deployment ${call.deployment} cannot be changed`);
      changed = { ...changed, model: modify.model };
      call.sawModel(modify.model);
    }
    const { outputLimit } = call.operation;
    const asked = outputLimit?.read(body) ?? Infinity;
    const tokens = Math.min(modify.max_output_tokens ?? Infinity, asked);
    if (tokens !== Infinity) {
      if (outputLimit === null) throw this.impossible('this API has no parameter that limits the output');
      // Again where only the model changed: models differ in what they call it.
      changed = outputLimit.write(changed, tokens, call.target.host);
    }
    return changed;
  }

  /** What was granted cannot be done: then it is not done otherwise either. Gives back what is reserved. */
  impossible(message: string): PolicyDeniedError {
    const decision = this.#decision;
    this.settle({ released: true });
    if (decision === null) throw new Error(message);
    const reason = { policy: '@tollgate/node', kind: 'client', message };
    return new PolicyDeniedError({ ...decision, effect: 'deny', reasons: [...decision.reasons, reason] });
  }

  #limitStream(decision: PolicyDecision, call: GatedCall, body: Fields): void {
    const granted = decision.stop_streams ? (call.operation.outputLimit?.read(body) ?? null) : null;
    this.stopAfterTokens = granted === null ? null : granted * choicesOf(body);
  }

  /** The error that ends a stream beyond what it was granted. */
  streamStopped(): PolicyDeniedError | null {
    if (this.#decision === null) return null;
    const message = `the stream passed the ${this.stopAfterTokens ?? 0} output tokens it was granted`;
    const reason = { policy: '@tollgate/node', kind: 'stream', message };
    return new PolicyDeniedError({ ...this.#decision, effect: 'deny', reasons: [...this.#decision.reasons, reason] });
  }

  /**
   * Whether the attempt before may be on the bill: then its reservation stays with it, to be settled by its span or to expire,
   * and the next attempt needs one of its own.
   */
  get coversNoMore(): boolean {
    return this.#reservation !== null && (this.attempt === 'unknown' || this.attempt === 'accepted');
  }

  /** As `admit`, for a further attempt with options that were admitted once. */
  async admitAgain(options: unknown, call: GatedCall): Promise<unknown> {
    const resolved = await options;
    this.settle(null);
    return isFields(resolved) ? this.admit(resolved, call) : resolved;
  }

  /** Once; null leaves the reservation to its span, or to expire. */
  settle(settlement: Settlement | null): void {
    if (this.#reservation === null || this.#decision === null) return;
    this.#reservation = null;
    this.#gate.close(this.#decision, settlement);
  }

  get isOpen(): boolean {
    return this.#reservation !== null;
  }
}

/** Null where the caller gives up first, who waits for no decision then. */
async function unlessAborted(deciding: Promise<Verdict>, signal: AbortSignal | undefined): Promise<Verdict | null> {
  if (signal === undefined) return deciding;
  let giveUp = (): void => undefined;
  const aborted = new Promise<null>((resolve) => {
    giveUp = () => resolve(null);
    if (signal.aborted) giveUp();
  });
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([deciding, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
