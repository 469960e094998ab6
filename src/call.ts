/**
 * The domain record and its glossary.
 *
 * - **span**: one OTLP span as it arrived. **skeleton**: the little of it that is kept for every span.
 * - **call**: a span that stands for one request to a model, or for a total over such requests.
 * - **container**: a call record that sums or wraps other calls (`invoke_agent`, AI SDK outer spans). Never charged
 *   while a call below it is.
 * - **usage**: what a call consumed, in disjoint buckets. **price**: what the usage costs, with the card that says so.
 * - **attribution**: which agent, user, session and run a call belongs to, and which rule answered.
 * - **charge**: the decision whether a call's cost counts. **ledger entry**: one signed, dated booking of it.
 * - **dialect**: the vocabulary an emitter writes its attributes in.
 */
import type { FemtoUsd } from './money.ts';
import type { SpanKind } from './span.ts';
import type { Bucket, Usage } from './usage.ts';

/** What a span itself, or its resource, says about whom it belongs to. Absent is null. */
export interface Subject {
  readonly agent: string | null;
  readonly agentId: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly run: string | null;
  /** `http.route` of a server span. */
  readonly endpoint: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is kept of every span, for the trace tree and for its descendants' attribution. */
export interface SpanSkeleton {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: SpanKind;
  readonly startUnixNano: bigint;
  /** End minus start, never negative: a clock that ran backwards counts as 0. */
  readonly durationNano: bigint;
  readonly status: 'ok' | 'error';
  readonly service: string | null;
  readonly environment: string | null;
  readonly operation: string | null;
  /** As said by the span itself. */
  readonly own: Subject;
}

/** How the emitter counts cached input, and which rule decided (`genai` conventions: inclusive). */
export type CacheSemantics =
  `${'inclusive' | 'exclusive' | 'disjoint'}:${'config' | 'emitter' | 'scope' | 'arithmetic' | 'convention' | 'assumed'}`;

/** What decides a price beside the model, its usage and the service tier. Absent is null. */
export interface PriceFacts {
  /** Where Anthropic ran the model: `us` or `global`. */
  readonly inferenceGeo: string | null;
  /** Anthropic's `speed`: `fast` has prices of its own. */
  readonly speed: string | null;
  /** Perplexity's `search_context_size`: `low`, `medium` or `high`, by which its fee for a request goes. */
  readonly searchContextSize: string | null;
}

export interface LlmCall extends SpanSkeleton {
  readonly role: 'call' | 'container';
  /** Why it is a container; null for a call. */
  readonly containerRule: string | null;
  readonly dialect: string;
  /** The instrumentation scope that wrote it; null where none is named. Two scopes may see one call. */
  readonly scope: string | null;
  /** What this emitter does with cached and reasoning tokens is known by its scope, not guessed from conventions. */
  readonly isEmitterKnown: boolean;
  /** The conventions' provider name (`openai`, `anthropic`, `aws.bedrock` …), or null. */
  readonly provider: string | null;
  /** The response's model, else the request's. */
  readonly model: string | null;
  readonly requestModel: string | null;
  readonly responseModel: string | null;
  readonly responseId: string | null;
  /** The id the provider gave the HTTP request (`anthropic.request.id`, Claude Code's `request_id`), beside that of the answer. */
  readonly requestId: string | null;
  /** `tollgate.reservation.id` of the span itself: the admission under which the call was made. A UUID in lower case. */
  readonly reservationId: string | null;
  readonly errorType: string | null;
  /** The provider's HTTP status as text, where the emitter wrote it. */
  readonly httpStatus: string | null;
  readonly usage: Usage;
  readonly cacheSemantics: CacheSemantics | null;
  /** `estimate` when the emitter says that it guessed. */
  readonly usageSource: 'provider' | 'estimate';
  /** Part of the usage is known to be missing. */
  readonly lossy: boolean;
  /** The usage contradicts itself (negative, NaN, cache above input …): what was found, or null. */
  readonly usageFault: string | null;
  /** The served tier where known, else the requested one. */
  readonly serviceTier: string | null;
  /** Null where the emitter says none of it. */
  readonly priceFacts: PriceFacts | null;
  /** A cost that the emitter wrote on the span, whoever computed it. */
  readonly reportedCostFemtoUsd: FemtoUsd | null;
  /** As said by the resource; shared by all spans of the resource. */
  readonly resourceSubject: Subject;
}

export type UnpricedReason =
  | 'unknown_provider'
  | 'unknown_model'
  | 'no_rate_for_unit'
  | 'inconsistent_usage'
  /** The emitter reported no usage, so what the call cost is unknown. */
  | 'no_usage';

export interface Priced {
  readonly status: 'priced' | 'reported' | 'estimated' | 'lossy';
  readonly costFemtoUsd: FemtoUsd;
  /** Adds up to the cost. Only buckets that cost something; none where the provider reported a sum without parts. */
  readonly partsFemtoUsd: Readonly<Partial<Record<Bucket, FemtoUsd>>>;
  readonly source: 'default' | 'correction' | 'custom' | 'provider';
  /** `provider/model` of the rate card that priced it. */
  readonly card: string | null;
  /** ISO 8601 instant from which the card's rates hold; null for "always so far". */
  readonly effectiveFrom: string | null;
  readonly serviceTier: string;
}

export interface Unpriced {
  readonly status: 'unpriced';
  readonly reason: UnpricedReason;
}

export interface PricedCall extends LlmCall {
  readonly price: Priced | Unpriced;
}

/** Which rule gave a dimension: the span, an ancestor, the trace's root, the trace at large, the resource, the API key. */
export type AttributionRule = 'span' | 'ancestor' | 'root' | 'trace' | 'resource' | 'key';

export interface Attribution {
  readonly agent: string | null;
  readonly agentId: string | null;
  readonly user: string | null;
  readonly session: string | null;
  /** Never null: without any other rule a run is the trace. */
  readonly run: string;
  readonly endpoint: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Distinct agents from the nearest up: for the cost of an agent with those below it. */
  readonly agentPath: readonly string[];
  readonly rules: {
    readonly agent: AttributionRule | null;
    readonly user: AttributionRule | null;
    readonly session: AttributionRule | null;
  };
}

export type Charge = 'charged' | 'duplicate' | 'container' | 'pending';
