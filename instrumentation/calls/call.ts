import { SpanStatusCode } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import type { Admission } from '../gate/admission.ts';
import { BackgroundCalls } from './background.ts';
import { estimateTokens } from './estimate.ts';
import { sayFault } from '../fault.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';
import { newObservation } from './operation.ts';
import { recordOtherModel } from './otherModels.ts';
import type { Operation } from './operation.ts';
import { askedFacts, servedAttributes, servedFacts, toldCost } from './priceFacts.ts';
import { PolicyDeniedError } from '../gate/policyDeniedError.ts';
import { hasMetrics, measureCall } from '../metrics/callMetrics.ts';
import { settlementOf } from '../gate/settlementOf.ts';
import type { Target } from './target.ts';
import { usageAttributes } from './tokenCounts.ts';
import type { TokenCounts } from './tokenCounts.ts';

/** Calls nobody ever waits for stay open; beyond this many the oldest ends as it is, so that memory stays bounded. */
const OPEN_CALLS_MAX = 10_000;

/** More bytes than a token has on average in any language or code, long runs of blanks excepted. */
const TOKEN_BYTES_MOST = 8;

/** `error.type` of a call whose answer nobody saw. */
const NO_RESPONSE = 'no_response';

const openCalls = new Set<OngoingCall>();
export const backgroundCalls = new BackgroundCalls<OngoingCall>();

export interface StartedCall {
  readonly operation: Operation;
  readonly target: Target;
  readonly span: Span;
  readonly deployment: string | null;
  /** The run it belongs to, as far as anybody said. */
  readonly run: string | null;
  readonly isForeign: boolean;
}

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
  /** Its way through the gate; null where nobody is asked. */
  admission: Admission | null = null;
  /** As its span says it; null where nobody knows. */
  model: string | null = null;
  /** The model that the client puts into every address; null where the body names it. */
  readonly deployment: string | null;
  readonly run: string | null;

  readonly #seen = newObservation();
  readonly #startedMs = performance.now();
  #body: Fields | null = null;
  #streamed = false;
  #responded = false;
  #firstChunkSeconds: number | null = null;
  /** Somebody else ends the span and writes usage on it. */
  readonly #isForeign: boolean;
  #outputPieces = 0;
  #ended = false;

  constructor({ operation, target, span, deployment, run, isForeign }: StartedCall) {
    this.operation = operation;
    this.target = target;
    this.span = span;
    this.deployment = deployment;
    this.run = run;
    this.#isForeign = isForeign;
    openCalls.add(this);
    if (openCalls.size > OPEN_CALLS_MAX) endOldest();
  }

  sawRequest(body: unknown): void {
    if (!isFields(body)) return;
    this.#body = body;
    this.#streamed = body['stream'] === true;
    if ((this.admission?.stopAfterTokens ?? null) !== null) this.#seen.outputBytes = 0;
  }

  /** The request asks for a stream. */
  get isStreamed(): boolean {
    return this.#streamed;
  }

  /** Another model than was asked for. */
  sawModel(model: string): void {
    this.model = model;
    this.span.setAttribute('gen_ai.request.model', model);
    if (!this.#isForeign) this.span.updateName(`${this.operation.name} ${model}`);
  }

  sawResponse(): void {
    this.#responded = true;
  }

  readHeaders(header: (name: string) => string | null): void {
    this.#guard(() => this.operation.readHeaders?.(header, this.#seen));
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
      if (!isFields(event)) return;
      const before = this.#seen.outputCharacters;
      this.operation.readEvent(event, this.#seen);
      if (this.#seen.outputCharacters > before) this.#outputPieces += 1;
    } catch (fault) {
      sayFault('reading a stream event', fault);
    }
  }

  /**
   * Whether a stream has surely more output than it was granted. A piece of text has one token or more, unless a proxy
   * parts text anew; a token has some 4 bytes, rarely 8. The lesser of the two is less than was generated.
   */
  get isBeyondGrant(): boolean {
    const most = this.admission?.stopAfterTokens ?? null;
    if (most === null || this.#outputPieces <= most) return false;
    return Math.ceil((this.#seen.outputBytes ?? 0) / TOKEN_BYTES_MOST) > most;
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  /** The answer has been read, or never will be. Of a model that goes on in the background, another one is to be fetched. */
  end(error?: unknown): void {
    const { pendingId } = this.#seen;
    if (pendingId === null || this.#ended) this.close(error);
    else backgroundCalls.add(pendingId, this);
  }

  /** Ends the span with what is known by now; later calls do nothing. */
  close(error?: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    const { pendingId, responseId } = this.#seen;
    backgroundCalls.remove(pendingId ?? responseId ?? '', this);
    openCalls.delete(this);
    this.#guard(() => this.#finish(error));
    this.#body = null;
  }

  #finish(error: unknown): void {
    const used = this.#used();
    this.#guard(() => this.#settle(used));
    if (this.#isForeign) return;
    this.#guard(() => this.#measure(used, error));
    this.#guard(() => this.span.setAttributes(this.#attributes(used)));
    this.#guard(() => this.#recordOthers());
    if (error !== undefined) this.#guard(() => setError(this.span, error));
    else if (!this.#responded)
      this.#guard(() => this.span.setAttribute('error.type', NO_RESPONSE).setStatus({ code: SpanStatusCode.ERROR }));
    this.#guard(() => this.span.end());
  }

  #recordOthers(): void {
    const { usage } = this.#seen;
    const uses = usage === null ? undefined : this.operation.otherModels?.(usage);
    if (uses !== undefined) for (const use of uses) recordOtherModel(this.span, use, this.operation.name);
  }

  #settle({ counts, source }: Used): void {
    const { admission } = this;
    if (admission?.isOpen !== true) return;
    const { responseModel: model, usage, serviceTier } = this.#seen;
    // What the provider does not say was as it was asked for.
    const facts = { ...askedFacts(fieldsOrEmpty(this.#body)), ...servedFacts(usage, serviceTier) };
    admission.settle(settlementOf({ counts, source, attempt: admission.attempt, model, facts }));
  }

  /** A call that was denied was none. */
  #measure({ counts, source }: Used, error: unknown): void {
    if (!hasMetrics() || (error instanceof PolicyDeniedError && !this.#responded)) return;
    const { input, output } = source === 'provider' ? counts : {};
    measureCall({
      attributes: {
        'gen_ai.operation.name': this.operation.name,
        ...this.target.attributes,
        ...(this.model === null ? {} : { 'gen_ai.request.model': this.model }),
        ...(this.#seen.responseModel === null ? {} : { 'gen_ai.response.model': this.#seen.responseModel }),
      },
      durationSeconds: (performance.now() - this.#startedMs) / 1_000,
      errorType: error !== undefined ? errorTypeOf(error) : this.#responded ? null : NO_RESPONSE,
      firstChunkSeconds: this.#firstChunkSeconds,
      inputTokens: input,
      outputTokens: output,
    });
  }

  #attributes({ counts, source }: Used): Attributes {
    const seen = this.#seen;
    const attributes = usageAttributes(counts, source);
    const facts = servedFacts(seen.usage, seen.serviceTier);
    Object.assign(attributes, servedAttributes(facts, this.operation.serviceTierAttribute));
    const cost = toldCost(this.target.provider, seen.usageIsFinal ? seen.usage : null);
    if (cost !== undefined) attributes['gen_ai.usage.cost'] = cost;
    const responseId = seen.responseId ?? seen.requestId;
    if (responseId !== null) attributes['gen_ai.response.id'] = responseId;
    if (seen.responseModel !== null) attributes['gen_ai.response.model'] = seen.responseModel;
    if (seen.finishReasons.length > 0) attributes['gen_ai.response.finish_reasons'] = seen.finishReasons;
    if (this.#firstChunkSeconds !== null) attributes['gen_ai.response.time_to_first_chunk'] = this.#firstChunkSeconds;
    if (this.attempts > 1) attributes['http.request.resend_count'] = this.attempts - 1;
    return attributes;
  }

  #used(): Used {
    const { usage, usageIsFinal, outputCharacters, webSearchRequests } = this.#seen;
    const reported = usage === null ? {} : this.operation.countTokens(usage);
    const counts = webSearchRequests === undefined ? reported : { ...reported, webSearchRequests };
    // Without a chunk nothing is known: an estimate would charge for a request that may never have been served.
    const isCutShort = this.#streamed && !usageIsFinal && this.#firstChunkSeconds !== null;
    if (!isCutShort) return { counts, source: 'provider' };
    return { counts: estimateTokens(this.#body, this.operation.request, outputCharacters, counts), source: 'estimate' };
  }

  #guard(step: () => unknown): void {
    try {
      step();
    } catch (fault) {
      sayFault('recording a call', fault);
    }
  }
}

interface Used {
  readonly counts: TokenCounts;
  readonly source: 'provider' | 'estimate';
}

function endOldest(): void {
  const [oldest] = openCalls;
  oldest?.close();
}

/** When the process ends: what is known of every open call is better than nothing. */
export function endOpenCalls(): void {
  for (const call of openCalls) call.close();
}

/** Messages may quote prompts and keys: the span has none of them. */
export function setError(span: Span, error: unknown): void {
  const fields: Fields = isFields(error) ? error : {};
  const reason = reasonOf(fields) ?? (isFields(fields['$metadata']) ? errorNameOf(error) : null);
  span.setAttribute('error.type', errorTypeOf(error));
  span.setStatus({ code: SpanStatusCode.ERROR, ...(reason === null ? {} : { message: reason }) });
}

/** A refusal's code, on the error or in the body that some SDKs keep on it. */
function reasonOf(fields: Fields): string | null {
  const body = fieldsOrEmpty(fields['error']);
  for (const place of [fields, fieldsOrEmpty(body['error']), body]) {
    const reason = textOf(place['code']) ?? textOf(place['type']);
    if (reason !== null) return reason;
  }
  return null;
}

/** HTTP status, else the class. */
function errorTypeOf(error: unknown): string {
  const fields: Fields = isFields(error) ? error : {};
  // The AWS SDK's errors, those inside a stream with the 200 it began with.
  const status = fields['status'] ?? refusalOf(fields['$metadata']);
  return typeof status === 'number' ? String(status) : errorNameOf(error);
}

/** SDK errors carry their name on the constructor. */
function errorNameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return error.name === 'Error' ? error.constructor.name : error.name;
}

function refusalOf(metadata: unknown): unknown {
  const status = fieldsOrEmpty(metadata)['httpStatusCode'];
  return typeof status === 'number' && status >= 400 ? status : undefined;
}
