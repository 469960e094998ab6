import { type ErrorCode, errorTable, TollgateError } from '../../src/errors.ts';
import { RETRY_AFTER_SECONDS } from './limits.ts';

/** A failure as OTLP says it: HTTP status or gRPC code, the `google.rpc.Status` of the body, and when to come again. */
export interface WireStatus {
  readonly code: ErrorCode;
  readonly httpStatus: number;
  readonly grpcCode: number;
  readonly message: string;
  /** Null where sending the same again cannot succeed. */
  readonly retryAfterSeconds: number | null;
  /** The failure is Tollgate's own and nothing a sender could mend. */
  readonly isFault: boolean;
}

const UNAVAILABLE = { status: 503, grpc: 14 } as const;

/** The one place that turns failures into what OTLP senders see. */
export function toWireStatus(error: unknown): WireStatus {
  if (!(error instanceof TollgateError) || error.code === 'internal') {
    // Senders drop what is answered with 500 or INTERNAL and send 503 or UNAVAILABLE again. A fault of ours must not cost
    // a span that was never acknowledged.
    // https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes and #failures-1; gRPC: #failures
    const message = 'A fault in Tollgate kept the request from being taken: send it again';
    return {
      code: 'internal',
      httpStatus: UNAVAILABLE.status,
      grpcCode: UNAVAILABLE.grpc,
      message,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      isFault: true,
    };
  }
  const { status, grpc }: { status: number; grpc: number } = errorTable[error.code];
  // 408 is not among the statuses OTLP senders retry, and what came too slowly may come in time later.
  // https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes. gRPC's DEADLINE_EXCEEDED is retried as it is.
  const httpStatus = error.code === 'request_timeout' ? UNAVAILABLE.status : status;
  const isRetryable = httpStatus === 429 || httpStatus === 503;
  return {
    code: error.code,
    httpStatus,
    grpcCode: grpc,
    message: error.message,
    // https://opentelemetry.io/docs/specs/otlp/#otlphttp-throttling, and #otlpgrpc-throttling for RetryInfo
    retryAfterSeconds: isRetryable ? Math.ceil(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS) : null,
    isFault: false,
  };
}
