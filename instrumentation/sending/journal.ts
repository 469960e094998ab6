import type { ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { sayFault } from '../fault.ts';
import { remove } from './spool.ts';
import type { Spool } from './spool.ts';

/**
 * Spans on disk, each from its end until it is accepted or kept with others: what a process or a thread that is killed leaves
 * behind, the next process sends.
 */
export class Journal {
  readonly #spool: Spool;
  readonly #serialize: (span: ReadableSpan) => Uint8Array;
  readonly #files = new Map<ReadableSpan, string>();

  constructor(spool: Spool, serialize: (span: ReadableSpan) => Uint8Array) {
    this.#spool = spool;
    this.#serialize = serialize;
  }

  write(span: ReadableSpan): void {
    try {
      const file = this.#spool.write(this.#serialize(span), true);
      if (file !== null) this.#files.set(span, file);
    } catch (fault) {
      sayFault('writing a span to disk', fault);
    }
  }

  remove(spans: readonly ReadableSpan[]): void {
    for (const span of spans) {
      const file = this.#files.get(span);
      if (file === undefined) continue;
      this.#files.delete(span);
      remove(file);
    }
  }
}
