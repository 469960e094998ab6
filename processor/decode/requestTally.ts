import { TollgateError } from '../../src/errors.ts';
import {
  NESTED_VALUES_PER_REQUEST_MAX,
  PREFIXED_ATTRIBUTES_PER_OWNER_MAX,
  REASONS_MAX,
  SPANS_PER_REQUEST_MAX,
} from './limits.ts';

/** What is kept count of while one request is decoded: its rejected spans, and how near it is to the limits. */
export class RequestTally {
  #rejected = 0;
  #spans = 0;
  #nestedValues = 0;
  readonly #reasons = new Set<string>();

  /** One span is left out; the rest of the request stands. */
  reject(reason: string): void {
    this.#rejected += 1;
    this.#say(reason);
  }

  takeSpan(): void {
    this.#spans += 1;
    if (this.#spans <= SPANS_PER_REQUEST_MAX) return;
    throw new TollgateError(
      'body_too_large',
      `The request holds more than ${SPANS_PER_REQUEST_MAX} spans: send smaller batches`,
    );
  }

  takeNestedValue(): void {
    this.#nestedValues += 1;
    if (this.#nestedValues <= NESTED_VALUES_PER_REQUEST_MAX) return;
    throw new TollgateError(
      'body_too_large',
      `The request's attributes hold more than ${NESTED_VALUES_PER_REQUEST_MAX} array and list elements: send smaller batches`,
    );
  }

  /** The span is taken without the attribute; the sender is told by a warning, which OTLP writes as 0 rejected spans. */
  dropPrefixedAttribute(): void {
    this.#say(`attributes beyond ${PREFIXED_ATTRIBUTES_PER_OWNER_MAX} tags of one span or resource were not read`);
  }

  result(): { count: number; reasons: string[] } {
    return { count: this.#rejected, reasons: [...this.#reasons] };
  }

  #say(reason: string): void {
    if (this.#reasons.size < REASONS_MAX) this.#reasons.add(reason);
  }
}
