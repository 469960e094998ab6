import { SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import { estimateTokens } from './estimate.ts';
import { sayFault } from './fault.ts';
import { isFields, textOf } from './fields.ts';
import type { Fields } from './fields.ts';
import { newObservation } from './operation.ts';
import type { Operation } from './operation.ts';
import type { Target } from './target.ts';
import { usageAttributes } from './tokenCounts.ts';

/** Calls nobody ever waits for stay open; beyond this many the oldest ends as it is, so that memory stays bounded. */
const OPEN_CALLS_MAX = 10_000;

const openCalls = new Set<OngoingCall>();

/** One request to a model, retries included, from `post` until the application has read the answer. */
export class OngoingCall {
  readonly span: Span;
  readonly operation: Operation;
  readonly target: Target;
  /** HTTP attempts so far. */
  attempts = 0;
  /** `stream_options` is ours, so the chunk it brings is hidden. */
  askedForUsage = false;
  /** The application reads the HTTP response itself. */
  readsRaw = false;

  readonly #seen = newObservation();
  readonly #startedMs = performance.now();
  #body: Fields | null = null;
  #streamed = false;
  #responded = false;
  #firstChunkSeconds: number | null = null;
  #ended = false;

  constructor(operation: Operation, target: Target, span: Span) {
    this.operation = operation;
    this.target = target;
    this.span = span;
    openCalls.add(this);
    const [oldest] = openCalls;
    if (openCalls.size > OPEN_CALLS_MAX && oldest !== undefined) oldest.end();
  }

  sawRequest(body: unknown): void {
    if (!isFields(body)) return;
    this.#body = body;
    this.#streamed = body['stream'] === true;
  }

  sawResponse(): void {
    this.#responded = true;
  }

  readResponse(response: unknown): void {
    if (isFields(response)) this.#guard(() => this.operation.readResponse(response, this.#seen));
  }

  /** Called for each chunk, so without a closure. */
  readChunk(event: unknown): void {
    this.#firstChunkSeconds ??= (performance.now() - this.#startedMs) / 1_000;
    this.readEvent(event);
  }

  readEvent(event: unknown): void {
    try {
      if (isFields(event)) this.operation.readEvent(event, this.#seen);
    } catch (fault) {
      sayFault('reading a stream event', fault);
    }
  }

  /** Ends the span with what is known by now; later calls do nothing. */
  end(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    openCalls.delete(this);
    this.#guard(() => this.span.setAttributes(this.#attributes()));
    if (error !== undefined) this.#guard(() => setError(this.span, error));
    else if (!this.#responded)
      this.#guard(() => this.span.setAttribute('error.type', 'no_response').setStatus({ code: SpanStatusCode.ERROR }));
    this.#guard(() => this.span.end());
    this.#body = null;
  }

  #attributes(): Attributes {
    const seen = this.#seen;
    const attributes = this.#usage();
    if (seen.responseId !== null) attributes['gen_ai.response.id'] = seen.responseId;
    if (seen.responseModel !== null) attributes['gen_ai.response.model'] = seen.responseModel;
    if (seen.finishReasons.length > 0) attributes['gen_ai.response.finish_reasons'] = seen.finishReasons;
    if (seen.serviceTier !== null) attributes[this.operation.serviceTierAttribute] = seen.serviceTier;
    if (this.#firstChunkSeconds !== null) attributes['gen_ai.response.time_to_first_chunk'] = this.#firstChunkSeconds;
    if (this.attempts > 1) attributes['http.request.resend_count'] = this.attempts - 1;
    return attributes;
  }

  #usage(): Attributes {
    const { usage, usageIsFinal, outputCharacters, webSearchRequests } = this.#seen;
    const reported = usage === null ? {} : this.operation.countTokens(usage);
    const counts = webSearchRequests === undefined ? reported : { ...reported, webSearchRequests };
    // Without a chunk nothing is known: an estimate would charge for a request that may never have been served.
    const isCutShort = this.#streamed && !usageIsFinal && this.#firstChunkSeconds !== null;
    if (!isCutShort) return usageAttributes(counts, 'provider');
    return usageAttributes(estimateTokens(this.#body, outputCharacters, counts), 'estimate');
  }

  #guard(step: () => unknown): void {
    try {
      step();
    } catch (fault) {
      sayFault('recording a call', fault);
    }
  }
}

/** When the process ends: what is known of every open call is better than nothing. */
export function endOpenCalls(): void {
  for (const call of openCalls) call.end();
}

/** HTTP status, else the class: SDK errors carry their name on the constructor. Messages may quote prompts and keys. */
export function setError(span: Span, error: unknown): void {
  const fields: Fields = isFields(error) ? error : {};
  const status = fields['status'];
  const name = error instanceof Error ? (error.name === 'Error' ? error.constructor.name : error.name) : typeof error;
  const reason = textOf(fields['code']) ?? textOf(fields['type']);
  span.setAttribute('error.type', typeof status === 'number' ? String(status) : name);
  span.setStatus({ code: SpanStatusCode.ERROR, ...(reason === null ? {} : { message: reason }) });
}
