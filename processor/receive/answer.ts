import type { ExportOutcome } from './consume.ts';

export type Encoding = 'protobuf' | 'json';

export const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

export type Signal = 'traces' | 'logs' | 'metrics';

/** What `partial_success` calls the number of items rejected; in protobuf it is field 1 of all three. */
const rejectedFields: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

export const fullSuccess: ExportOutcome = { rejected: 0, errorMessage: '' };

/** ExportTraceServiceResponse, ExportLogsServiceResponse or ExportMetricsServiceResponse. */
export function encodeExportResponse(encoding: Encoding, signal: Signal, outcome: ExportOutcome): Buffer {
  const { rejected, errorMessage } = outcome;
  // https://opentelemetry.io/docs/specs/otlp/#full-success-1: the field must not be set then.
  const isFullSuccess = rejected === 0 && errorMessage === '';
  if (encoding === 'json') {
    // 64-bit integers are text in protobuf's JSON mapping.
    const partialSuccess = { [rejectedFields[signal]]: String(rejected), errorMessage };
    return Buffer.from(JSON.stringify(isFullSuccess ? {} : { partialSuccess }));
  }
  if (isFullSuccess) return Buffer.alloc(0);
  return message(1, Buffer.concat([varintField(1, rejected), message(2, Buffer.from(errorMessage))]));
}

/** `google.rpc.Status`: what every refused OTLP/HTTP request is answered with. */
export function encodeStatus(encoding: Encoding, code: number, text: string): Buffer {
  if (encoding === 'json') return Buffer.from(JSON.stringify({ code, message: text }));
  return Buffer.concat([varintField(1, code), message(2, Buffer.from(text))]);
}

/** The Status of the trailer `grpc-status-details-bin`, with a RetryInfo, which is how gRPC says Retry-After. */
export function encodeRetryStatus(code: number, text: string, retryAfterSeconds: number): Buffer {
  const retryInfo = message(1, varintField(1, retryAfterSeconds));
  const any = Buffer.concat([
    message(1, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    message(2, retryInfo),
  ]);
  return Buffer.concat([encodeStatus('protobuf', code, text), message(3, any)]);
}

function message(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(content.length), content]);
}

function varintField(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.concat([varint(field << 3), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}
