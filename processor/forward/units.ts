import type { QueuedRecord } from './queueReader.ts';

/** What one request carries: a record of the queue, or a part of one that was too large. */
export interface Unit {
  readonly whole: {
    readonly record: QueuedRecord;
    /** Not yet done. */
    parts: number;
  };
  /** Which half of the payload, of it which half, and so on; '' for all of it. */
  readonly halves: string;
  readonly spans: number;
  /** Requests without a final answer. */
  attempts: number;
  /** Of those the ones answered with a fault. */
  failures: number;
  dueMs: number;
}

export function newUnit(record: QueuedRecord): Unit {
  const { spans } = record.header;
  return { whole: { record, parts: 1 }, halves: '', spans, attempts: 0, failures: 0, dueMs: 0 };
}

export function splitUnit(unit: Unit, [first, second]: readonly [number, number]): readonly Unit[] {
  const part = (half: string, spans: number): Unit => {
    return { whole: unit.whole, halves: unit.halves + half, spans, attempts: 0, failures: 0, dueMs: 0 };
  };
  return [part('0', first), part('1', second)];
}

/** The units that were read and are not done: under way, or waiting for a retry. */
export class UnitStore {
  readonly #underWay = new Set<Unit>();
  readonly #waiting = new Set<Unit>();

  get waiting(): number {
    return this.#waiting.size;
  }

  get nextDueMs(): number {
    let next = Infinity;
    for (const { dueMs } of this.#waiting) next = Math.min(next, dueMs);
    return next;
  }

  get oldestTakenAtMs(): number | null {
    let oldest = Infinity;
    for (const { whole } of this.#underWay) oldest = Math.min(oldest, whole.record.header.takenAtMs);
    for (const { whole } of this.#waiting) oldest = Math.min(oldest, whole.record.header.takenAtMs);
    return oldest === Infinity ? null : oldest;
  }

  /** The one that has been due longest. */
  takeDue(nowMs: number): Unit | null {
    let found: Unit | null = null;
    for (const unit of this.#waiting) if (unit.dueMs <= (found?.dueMs ?? nowMs)) found = unit;
    return this.#take(found);
  }

  takeLeastTried(): Unit | null {
    let found: Unit | null = null;
    for (const unit of this.#waiting) if (unit.attempts < (found?.attempts ?? Infinity)) found = unit;
    return this.#take(found);
  }

  begin(unit: Unit): void {
    this.#underWay.add(unit);
  }

  wait(unit: Unit, dueMs: number): void {
    this.#underWay.delete(unit);
    unit.dueMs = dueMs;
    this.#waiting.add(unit);
  }

  replace(unit: Unit, parts: readonly Unit[]): void {
    this.#underWay.delete(unit);
    unit.whole.parts += parts.length - 1;
    for (const part of parts) this.#waiting.add(part);
  }

  end(unit: Unit): void {
    this.#underWay.delete(unit);
  }

  /** Makes all due: what kept them waiting is over. */
  hurry(): void {
    for (const unit of this.#waiting) unit.dueMs = 0;
  }

  #take(unit: Unit | null): Unit | null {
    if (unit !== null) this.#waiting.delete(unit);
    return unit;
  }
}
