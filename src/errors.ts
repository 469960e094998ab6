/**
 * Every failure Tollgate reports, in one table. `docs/reference/errors.md` lists the same codes and a test compares them.
 * `status` is the HTTP status, `grpc` the gRPC code (https://grpc.io/docs/guides/status-codes/).
 * Retryable follows the OTLP specification: 429 and 503 may succeed later, everything else may not.
 */
export const errorTable = {
  body_too_large: { status: 413, grpc: 8, title: 'The body is larger than the limit' },
  bad_request: { status: 400, grpc: 3, title: 'The request is malformed' },
  bad_parameter: { status: 400, grpc: 3, title: 'A parameter is not valid' },
  question_too_large: { status: 400, grpc: 3, title: 'The question reads too much for the embedded store' },
  malformed_payload: { status: 400, grpc: 3, title: 'The payload cannot be decoded' },
  unsupported_media_type: { status: 415, grpc: 3, title: 'The content type or encoding is not supported' },
  method_not_allowed: { status: 405, grpc: 12, title: 'The method is not allowed here' },
  not_found: { status: 404, grpc: 5, title: 'There is no such thing' },
  conflict: { status: 409, grpc: 10, title: 'It was asked for otherwise before' },
  read_only: { status: 409, grpc: 9, title: 'This can only be read here' },
  unauthenticated: { status: 401, grpc: 16, title: 'An API key is needed' },
  forbidden: { status: 403, grpc: 7, title: 'The API key does not allow this' },
  forbidden_origin: { status: 403, grpc: 7, title: 'Requests from this host or origin are not taken' },
  rate_limited: { status: 429, grpc: 8, title: 'More was sent than the API key allows; come again' },
  overloaded: { status: 503, grpc: 14, title: 'Too much is waiting; come again' },
  store_unavailable: { status: 503, grpc: 14, title: 'The store cannot be reached; come again' },
  question_timeout: { status: 503, grpc: 14, title: 'The question took too long' },
  forward_queue_full: { status: 503, grpc: 14, title: 'The queue of forwarding is full; come again' },
  forward_unavailable: { status: 503, grpc: 14, title: 'The queue of forwarding cannot be written; come again' },
  day_closed: { status: 503, grpc: 14, title: 'The books of a day are closed; come again without it' },
  shutting_down: { status: 503, grpc: 14, title: 'The service is stopping; come again' },
  request_timeout: { status: 408, grpc: 4, title: 'The request took too long to arrive' },
  internal: { status: 500, grpc: 13, title: 'A fault in Tollgate' },
} as const satisfies Record<string, { status: number; grpc: number; title: string }>;

export type ErrorCode = keyof typeof errorTable;

/** A failure with a code of the table. The message says what, where, what was expected and what was found. */
export class TollgateError extends Error {
  readonly code: ErrorCode;
  /** Seconds after which a retry makes sense; only for retryable codes. */
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TollgateError';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds ?? null;
  }
}
