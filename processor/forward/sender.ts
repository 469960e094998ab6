import type { Log } from '../log.ts';
import { Breaker, retryDelayMs, type RetryTimes } from './breaker.ts';
import type { Downstream } from './downstream.ts';
import type { DropReason, ForwardTelemetry } from './forwardMetrics.ts';
import { halve, payloadToSend, type Payload } from './payload.ts';
import type { ForwardQueue } from './queue.ts';
import type { QueuedRecord } from './queueReader.ts';
import { RareLog } from './rareLog.ts';
import type { SpanCounts } from './spanCounts.ts';
import { newUnit, splitUnit, UnitStore, type Unit } from './units.ts';
import type { Verdict } from './verdict.ts';

export interface SenderParts {
  readonly queue: Pick<ForwardQueue, 'next' | 'payload' | 'finish' | 'unread'>;
  readonly downstream: Downstream;
  readonly connections: number;
  readonly counts: SpanCounts;
  readonly telemetry: Pick<ForwardTelemetry, 'forwardRequests' | 'forwardRequestSeconds'>;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  readonly onFault: (fault: unknown) => void;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly times: RetryTimes;
}

/** After so many answers of a fault a payload is taken to be what causes it. */
const FAILURES_MAX = 8;
/** Payloads that wait for a retry, beside which no new ones are read. Each takes some hundred bytes of memory. */
const WAITING_MAX = 1_000;

/** Sends what is in the queue, `connections` requests at a time, each payload until it is taken or given up. */
export class Sender {
  readonly #parts: SenderParts;
  readonly #breaker: Breaker;
  readonly #units = new UnitStore();
  readonly #rare: RareLog;
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #reads = 0;
  #readAgainMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: SenderParts) {
    this.#parts = parts;
    this.#breaker = new Breaker(parts.times, parts.random);
    this.#rare = new RareLog(parts.nowMs);
  }

  /** When the payload was taken that waits longest of those not acknowledged; null where none is known. */
  get oldestTakenAtMs(): number | null {
    return this.#units.oldestTakenAtMs;
  }

  /** Begins whatever may begin now. To be called when there is something new in the queue. */
  wake(): void {
    clearTimeout(this.#timer);
    while (!this.#isStopped && this.#running.size < this.#parts.connections) {
      const nowMs = this.#parts.nowMs();
      const waitMs = this.#breaker.waitMs(nowMs, this.#running.size);
      if (waitMs > 0) return this.#wakeAfter(waitMs);
      const work = this.#nextWork(nowMs);
      if (work === null) return this.#wakeAfter(this.#nextDueMs() - nowMs);
      const running = work().catch((fault: unknown) => this.#parts.onFault(fault));
      this.#running.add(running);
      void running.finally(() => {
        this.#running.delete(running);
        this.wake();
      });
    }
  }

  /** Begins nothing more, and ends what is under way after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    const cut = setTimeout(() => this.#ending.abort(), graceMs);
    await Promise.all(this.#running);
    clearTimeout(cut);
    this.#parts.downstream.close();
  }

  /** A probe prefers a payload that was not tried: a bad one must not keep the breaker open for all. */
  #nextWork(nowMs: number): (() => Promise<void>) | null {
    const due = this.#breaker.isProbing ? null : this.#units.takeDue(nowMs);
    if (due !== null) return () => this.#send(due);
    const hasUnread = this.#parts.queue.unread > this.#reads && nowMs >= this.#readAgainMs;
    if (hasUnread && this.#units.waiting < WAITING_MAX) return () => this.#readAndSend();
    const probe = this.#breaker.isProbing ? this.#units.takeLeastTried() : null;
    return probe === null ? null : () => this.#send(probe);
  }

  #nextDueMs(): number {
    const readMs =
      this.#parts.queue.unread > 0 && this.#readAgainMs > this.#parts.nowMs() ? this.#readAgainMs : Infinity;
    return Math.min(this.#units.nextDueMs, readMs);
  }

  #wakeAfter(delayMs: number): void {
    if (delayMs !== Infinity) this.#timer = setTimeout(() => this.wake(), Math.max(1, delayMs));
  }

  async #readAndSend(): Promise<void> {
    this.#reads += 1;
    let record: QueuedRecord | null = null;
    try {
      record = await this.#parts.queue.next();
    } catch (fault) {
      this.#readAgainMs = this.#parts.nowMs() + this.#parts.times.maxMs;
      throw fault;
    } finally {
      this.#reads -= 1;
    }
    if (record !== null) await this.#send(newUnit(record));
  }

  async #send(unit: Unit): Promise<void> {
    const { queue, downstream, telemetry } = this.#parts;
    this.#units.begin(unit);
    try {
      const { record } = unit.whole;
      const bytes = await queue.payload(record);
      if (bytes === null) return this.#drop(unit, 'corrupt', 'the bytes on the disk are not those that were written');
      const stored: Payload = { bytes, encoding: record.header.encoding };
      const payload = await payloadToSend(stored, unit.halves, downstream.accepts);
      // A signal that fired before tells nobody who begins to listen to it now.
      if (this.#ending.signal.aborted) return;
      const stopTimer = telemetry.forwardRequestSeconds.startTimer();
      const verdict = await downstream.send(payload, this.#ending.signal);
      // What was cut off at the end says nothing about downstream.
      if (this.#ending.signal.aborted && verdict.outcome === 'retry') return;
      stopTimer();
      telemetry.forwardRequests.inc({ outcome: verdict.outcome });
      await this.#settle(unit, verdict, stored);
    } catch (fault) {
      this.#wait(unit, null);
      throw fault;
    }
  }

  async #settle(unit: Unit, verdict: Verdict, stored: Payload): Promise<void> {
    const { counts } = this.#parts;
    switch (verdict.outcome) {
      case 'ok':
        this.#answered();
        counts.forwarded(unit.spans);
        return this.#finish(unit);
      case 'partial': {
        this.#answered();
        const rejected = Math.min(verdict.rejectedSpans, unit.spans);
        counts.forwarded(unit.spans - rejected);
        return this.#drop(unit, 'rejected', verdict.says, rejected);
      }
      case 'retry':
      case 'denied':
      case 'failed':
        return this.#failed(unit, verdict);
      case 'too_large': {
        this.#answered();
        const spans = unit.spans > 1 ? await halve(stored, unit.halves) : null;
        if (spans === null) return this.#drop(unit, 'too_large', verdict.says);
        return this.#units.replace(unit, splitUnit(unit, spans));
      }
      case 'refused':
        this.#answered();
        return this.#drop(unit, 'refused', verdict.says);
    }
  }

  #answered(): void {
    if (!this.#breaker.answered()) return;
    this.#units.hurry();
    this.#parts.log.info({ part: 'forward' }, 'downstream takes spans again');
  }

  #failed(unit: Unit, verdict: Extract<Verdict, { retryAfterMs: number | null }>): void {
    const { log, nowMs } = this.#parts;
    const { outcome, says, retryAfterMs } = verdict;
    const isDown = this.#breaker.failed(nowMs(), retryAfterMs);
    if (outcome === 'denied') {
      this.#rare.say('denied', () => {
        log.error(
          { part: 'forward', says },
          'downstream refuses spans for who sends them or where to, and they wait in the queue: mend forward.endpoint or forward.headers, or downstream',
        );
      });
    } else if (isDown) {
      this.#rare.say('down', () =>
        log.warn({ part: 'forward', says }, 'downstream takes no spans; they wait in the queue'),
      );
    }
    if (outcome === 'failed') unit.failures += 1;
    if (unit.failures >= FAILURES_MAX) this.#drop(unit, 'failed', says);
    else this.#wait(unit, retryAfterMs);
  }

  #wait(unit: Unit, retryAfterMs: number | null): void {
    const { nowMs, random, times } = this.#parts;
    unit.attempts += 1;
    // What downstream asks for beyond the schedule, the breaker heeds.
    const delayMs = retryDelayMs(unit.attempts, random(), times);
    this.#units.wait(unit, nowMs() + Math.max(delayMs, Math.min(retryAfterMs ?? 0, times.maxMs)));
  }

  #drop(unit: Unit, reason: DropReason, says: string, spans = unit.spans): void {
    this.#parts.counts.dropped(spans, reason);
    this.#rare.say(`dropped ${reason}`, (unsaid) => {
      this.#parts.log.error(
        { part: 'forward', reason, spans, says, unsaid },
        'spans were dropped and are not forwarded',
      );
    });
    this.#finish(unit);
  }

  #finish(unit: Unit): void {
    this.#units.end(unit);
    unit.whole.parts -= 1;
    if (unit.whole.parts === 0) this.#parts.queue.finish(unit.whole.record);
  }
}
