import type { Asker } from '../../../processor/gate/asker.ts';
import { TollgateError } from '../../../src/errors.ts';
import type { PricedCall, SpanSkeleton } from '../../../src/call.ts';
import { factsOfRequest, type Decision, type DecisionRequest } from '../../../src/policy/decision.ts';
import type { Usage } from '../../../src/usage.ts';
import { nobody } from '../../gate/gates.ts';
import type { Draw } from '../traces/draw.ts';
import { countersDiffer } from './books.ts';
import { drawRequest, drawUsage } from './draws.ts';
import { Log, type LoggedReservation } from './log.ts';
import { costOf, decide, type Granted } from './naive/decide.ts';
import { isMatched, keyOf, windowOf } from './naive/budgets.ts';
import type { Replica, Replicas } from './replicas.ts';

const ATTEMPTS_MAX = 20;
const SWEEPS_MAX = 100;
const DAY = `interval '25 hours'`;

interface Asked {
  readonly request: DecisionRequest;
  readonly decision: Decision;
}

/** One tenant's budgets, calls and settlements, and what a naive model makes of them. */
export class Episode {
  readonly tenant: string;
  readonly asker: Asker;
  readonly log = new Log();
  readonly faults: string[] = [];
  readonly trace: string[] = [];
  readonly isFaithful: boolean;
  readonly draw: Draw;
  readonly replicas: Replicas;
  readonly asked = new Map<string, Asked>();
  readonly sent: PricedCall[] = [];
  readonly named = new Set<string>();
  #keys = 0;

  constructor(draw: Draw, replicas: Replicas, tenant: string) {
    this.draw = draw;
    this.replicas = replicas;
    this.tenant = tenant;
    this.asker = { tenant, agent: null };
    this.isFaithful = draw.chance(50);
  }

  say(line: string): void {
    this.trace.push(line);
  }

  /** By any replica, again where one is lost meanwhile. What it does may be done twice. */
  async by<Answer>(work: (replica: Replica) => Promise<Answer>): Promise<Answer> {
    let last: unknown = null;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      try {
        return await work(this.replicas.at(this.draw.below(3)));
      } catch (fault) {
        if (fault instanceof TollgateError && fault.code !== 'shutting_down' && fault.code !== 'store_unavailable')
          throw fault;
        last = fault;
      }
    }
    throw new Error(`expected an answer within ${ATTEMPTS_MAX} attempts`, { cause: last });
  }

  /** Asks, and books the answer in the log. */
  async ask(): Promise<Asked> {
    this.#keys += 1;
    const request = drawRequest(this.draw, this.tenant, `key-${this.#keys}`);
    const decision = await this.by(({ gate }) => gate.decide(request, null));
    this.book(request, decision);
    return { request, decision };
  }

  book(request: DecisionRequest, decision: Decision): void {
    const { decisionId: id, expiresAtMicros, modify } = decision;
    this.say(
      `decide ${textOfDecision(decision)} of ${JSON.stringify(request.call)} ${JSON.stringify(request.subject)}`,
    );
    if (expiresAtMicros === null || request.call === null) {
      if (decision.effect === 'require_approval') this.asked.set(id, { request, decision });
      return;
    }
    const model = modify?.model ?? request.call.model;
    const facts = factsOfRequest(request, model);
    this.asked.set(id, { request, decision });
    this.log.reservations.set(id, {
      id,
      facts,
      decidedMicros: expiresAtMicros - request.ttlMs * 1000,
      boundFemtoUsd: decision.reservedFemtoUsd,
      boundTokens: decision.reservedTokens,
      said: [],
      phase: 'open',
      model,
      provider: request.call.provider,
    });
  }

  /** Asks while nobody else does, and compares with the naive model. */
  async askAlone(): Promise<void> {
    const expected = new Map<string, Granted>();
    const before = Date.now();
    const { request, decision } = await this.askWith((request) => expected.set('before', this.#naive(request, before)));
    expected.set('after', this.#naiveBefore(request, decision.decisionId, Date.now()));
    const found = textOfDecision(decision);
    const wanted = [...expected.values()].map(textOfGranted);
    if (!wanted.includes(found)) this.faults.push(`decision: naive ${wanted.join(' or ')}; found ${found}`);
    const { idempotencyKey } = request;
    if (idempotencyKey !== null && decision.expiresAtMicros !== null && this.draw.chance(20)) {
      const again = await this.by(({ gate }) => gate.decide(request, null));
      if (again.decisionId !== decision.decisionId || textOfDecision(again) !== found)
        this.faults.push(`again under ${idempotencyKey}: ${textOfDecision(again)}, was ${found}`);
      const other = { ...request, requestHash: 'ff' };
      const answer = await this.by(({ gate }) => gate.decide(other, null)).then(textOfDecision, (fault: unknown) =>
        fault instanceof TollgateError ? fault.code : String(fault),
      );
      if (answer !== 'conflict') this.faults.push(`another body under ${idempotencyKey}: ${answer}`);
    }
    if (decision.effect === 'require_approval' && this.draw.chance(60)) await this.approve(request, decision);
  }

  async askWith(before: (request: DecisionRequest) => void): Promise<Asked> {
    this.#keys += 1;
    // Without a key nothing that a killed replica did not answer can be asked again.
    const isKeyed = this.replicas.mayDie || this.draw.chance(50);
    const key = isKeyed ? `key-${this.#keys}` : null;
    const request = drawRequest(this.draw, this.tenant, key);
    before(request);
    const decision = await this.by(({ gate }) => gate.decide(request, null));
    this.book(request, decision);
    return { request, decision };
  }

  /** What the naive model answered after the time of the decision, as if it had not been made. */
  #naiveBefore(request: DecisionRequest, id: string, nowMs: number): Granted {
    const own = this.log.reservations.get(id);
    this.log.reservations.delete(id);
    const granted = this.#naive(request, nowMs);
    if (own !== undefined) this.log.reservations.set(id, own);
    return granted;
  }

  #naive(request: DecisionRequest, nowMs: number): Granted {
    const { call } = request;
    if (call === null) throw new Error('expected a call, found none');
    const used = this.log.used(nowMs);
    return decide(
      call,
      (model) => factsOfRequest(request, model),
      this.log.all(),
      (budget, key) => this.log.limitOf(budget, key, nowMs) - used(budget, key),
    );
  }

  /** "Raises each budget that does not fit by exactly what is missing, in its current window." */
  async approve(request: DecisionRequest, waiting: Decision): Promise<void> {
    const nowMs = Date.now();
    const used = this.log.used(nowMs);
    const decision = await this.by(({ gate }) =>
      gate.approve(this.tenant, waiting.decisionId, { approve: true, actor: nobody, note: null }),
    );
    this.asked.delete(waiting.decisionId);
    if (decision.expiresAtMicros !== null && request.call !== null) {
      const model = decision.modify?.model ?? request.call.model;
      const facts = factsOfRequest(request, model);
      for (const budget of this.log.all()) {
        if (budget.mode === 'shadow' || budget.onExceed === 'warn' || !isMatched(budget, facts)) continue;
        const key = keyOf(budget, facts);
        const assumed = budget.unpriced.kind === 'assume' ? budget.unpriced.femtoUsd : 0n;
        const { unit } = budget.limit;
        const bound =
          unit === 'usd'
            ? (decision.reservedFemtoUsd ?? assumed)
            : unit === 'tokens'
              ? BigInt(decision.reservedTokens)
              : 1n;
        const missing = bound + used(budget, key) - this.log.limitOf(budget, key, nowMs);
        const window = budget.window.kind === 'rolling' ? '' : windowOf(budget, nowMs * 1000);
        if (missing > 0n) this.log.raises.push({ budget: budget.name, key, window, amount: missing });
      }
    }
    this.say('approve');
    this.book(request, decision);
  }

  pick(): LoggedReservation | null {
    const all = [...this.log.reservations.values()];
    return all.length === 0 ? null : this.draw.pick(all.slice(-12));
  }

  async settle(reservation: LoggedReservation): Promise<void> {
    const usage: Usage | null = this.draw.chance(90) ? drawUsage(this.draw, reservation.boundTokens) : null;
    const { id, phase } = reservation;
    // What is final stays so: a larger report after it finds its bound given away.
    const isOver = reservation.said.some(({ rank }) => rank === 2) || this.named.has(id);
    if (this.isFaithful && (phase !== 'open' || isOver)) return;
    const isFinal = this.draw.chance(60);
    const settlement = { usage, model: null, final: isFinal, serviceTier: null };
    const times = this.draw.chance(15) ? 2 : 1;
    for (let time = 0; time < times; time += 1) await this.by(({ gate }) => gate.settle(this.asker, id, settlement));
    const [input, output] = [usage?.input_uncached ?? 0, usage?.output ?? 0];
    const femtoUsd = usage === null ? null : costOf(reservation.model, input, output);
    reservation.said.push({ rank: isFinal && femtoUsd !== null ? 2 : 1, femtoUsd, tokens: input + output });
    this.say(
      `settle ${id} ${reservation.phase} ${isFinal ? 'final' : 'partial'} ${femtoUsd} USD e-15 of ${input} + ${output}`,
    );
  }

  async release(reservation: LoggedReservation): Promise<void> {
    await this.by(({ gate }) => gate.settle(this.asker, reservation.id, { released: true }));
    this.say(`release ${reservation.id} ${reservation.phase}`);
    // A call that somebody reported was sent, whatever its client says then.
    if (reservation.said.length === 0 && !this.log.isClaimed(reservation)) reservation.phase = 'released';
  }

  async renew(reservation: LoggedReservation): Promise<void> {
    await this.by(({ gate }) => gate.renew(this.asker, [reservation.id]));
    this.say(`renew ${reservation.id}`);
  }

  /** A faithful client lets nothing expire of which it said something: the rest of a partial settlement is given back then. */
  mayExpire(reservation: LoggedReservation): boolean {
    return !this.isFaithful || (reservation.said.length === 0 && !this.named.has(reservation.id));
  }

  /** Moves the time on for one reservation, to after its expiry, or to a day after it. */
  async expire(reservation: LoggedReservation, isLong: boolean): Promise<void> {
    const { id, said } = reservation;
    await this.replicas.database.query(
      `update tollgate_data.reservations set expires_at = clock_timestamp() - ${isLong ? DAY : `interval '1 second'`}
where tenant = $1 and id = $2`,
      [this.tenant, id],
    );
    const isCertain = said.some(({ rank }) => rank === 2) || this.log.hasExactClaim(reservation);
    const isHeld = !isCertain && (reservation.phase === 'open' || reservation.phase === 'presumed');
    const wanted = isHeld ? (isLong ? 'lapsed' : 'presumed') : reservation.phase;
    await this.#sweepUntil(id, wanted);
    this.say(`expire ${id} ${reservation.phase}${isLong ? ' for a day' : ''}`);
    reservation.phase = wanted;
  }

  /** What another replica is just ending, a sweep passes over. */
  async #sweepUntil(id: string, phase: string): Promise<void> {
    for (let attempt = 0; attempt < SWEEPS_MAX; attempt += 1) {
      while ((await this.by(({ gate }) => gate.sweep())) > 0);
      const [found] = await this.replicas.database.query<{ phase: string }>(
        'select phase from tollgate_data.reservations where tenant = $1 and id = $2',
        [this.tenant, id],
      );
      if (found?.phase === phase) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.faults.push(`expire: ${id} is not ${phase} after ${SWEEPS_MAX} sweeps`);
  }

  async send(calls: readonly PricedCall[], spans: readonly SpanSkeleton[]): Promise<void> {
    await this.by(({ store }) => store.commit({ tenant: this.tenant, keyAgent: null, calls, spans }));
    const { tenant } = this;
    for (const call of calls) this.log.received.push({ tenant, keyAgent: null, receivedMs: 0, span: call, call });
    for (const span of spans) this.log.received.push({ tenant, keyAgent: null, receivedMs: 0, span, call: null });
    this.sent.push(...calls);
    for (const call of calls)
      this.say(
        `call ${call.traceId}/${call.spanId} under ${call.parentSpanId} of ${call.provider} ${call.requestModel} (${call.responseModel}) for ${call.reservationId}: ${call.usageSource}${call.lossy ? ' lossy' : ''} ${call.usage.input_uncached} + ${call.usage.output} ${JSON.stringify(call.price.status === 'unpriced' ? null : String(call.price.costFemtoUsd))} at ${new Date(Number(call.startUnixNano / 1_000_000n)).toISOString()} by ${JSON.stringify(call.own)}`,
      );
    for (const span of spans) this.say(`span ${span.traceId}/${span.spanId} by ${JSON.stringify(span.own)}`);
  }

  async compare(when: string): Promise<void> {
    for (const line of await countersDiffer(this.replicas.database, this.tenant, this.log))
      this.faults.push(`${when}: ${line}`);
  }
}

function textOfDecision({ effect, modify, reservedFemtoUsd, reservedTokens }: Decision): string {
  return `${effect} ${modify?.model ?? '-'} ${modify?.maxOutputTokens ?? '-'} ${reservedFemtoUsd} ${reservedTokens}`;
}

function textOfGranted({ effect, modifiedModel, modifiedOutput, boundFemtoUsd, boundTokens }: Granted): string {
  return `${effect} ${modifiedModel ?? '-'} ${modifiedOutput ?? '-'} ${boundFemtoUsd} ${boundTokens}`;
}
