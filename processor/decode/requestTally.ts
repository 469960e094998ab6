import { TollgateError } from '../../src/errors.ts';
import {
  FIELDS_PER_REQUEST_MAX,
  ITEMS_PER_REQUEST_MAX,
  NESTED_VALUES_PER_REQUEST_MAX,
  PREFIXED_ATTRIBUTES_PER_OWNER_MAX,
  REASONS_MAX,
} from './limits.ts';

/** What is kept count of while one request is decoded: its rejected items, and how near it is to the limits. */
export class RequestTally {
  #rejected = 0;
  #items = 0;
  #nestedValues = 0;
  #fields = 0;
  #isDropped = false;
  readonly #noun: 'span' | 'log record';
  readonly #reasons = new Set<string>();

  constructor(noun: 'span' | 'log record') {
    this.#noun = noun;
  }

  /** One item is left out; the rest of the request stands. */
  reject(reason: string): void {
    this.takeItem();
    this.#rejected += 1;
    this.#say(reason);
  }

  /** One span or log record is read, to be kept or to be rejected. */
  takeItem(): void {
    this.#items += 1;
    if (this.#items <= ITEMS_PER_REQUEST_MAX) return;
    throw new TollgateError(
      'body_too_large',
      `The request holds more than ${ITEMS_PER_REQUEST_MAX} ${this.#noun}s: send smaller batches`,
    );
  }

  /** One resource, scope, span, log record or attribute is come by. */
  takeField(): void {
    this.#fields += 1;
    if (this.#fields <= FIELDS_PER_REQUEST_MAX) return;
    throw new TollgateError(
      'body_too_large',
      `The request holds more than ${FIELDS_PER_REQUEST_MAX} resources, scopes, ${this.#noun}s and attributes: send smaller batches`,
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

  /** The item is taken without the attribute; the sender is told by a warning, which OTLP writes as 0 rejected items. */
  dropPrefixedAttribute(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#say(
      `attributes beyond ${PREFIXED_ATTRIBUTES_PER_OWNER_MAX} tags of one ${this.#noun} or resource were not read`,
    );
  }

  result(): { count: number; reasons: string[] } {
    return { count: this.#rejected, reasons: [...this.#reasons] };
  }

  #say(reason: string): void {
    if (this.#reasons.size < REASONS_MAX) this.#reasons.add(reason);
  }
}
