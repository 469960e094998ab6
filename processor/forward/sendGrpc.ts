import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { ForwardConfig } from '../forwardConfig.ts';
import type { Downstream, TlsFiles } from './downstream.ts';
import { grpcVerdict, successVerdict, type Verdict } from './verdict.ts';

const EXPORT_PATH = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
const GZIP = 2;
const IDENTITY = 0;
/** Of an answer no more is read. */
const ANSWER_BYTES_MAX = 65_536;
/** The breaker paces requests; the library's own delays, up to two minutes, would answer for a downstream that is back. */
const RECONNECT_MS_MIN = 100;
const RECONNECT_MS_MAX = 1_000;

const identity = (bytes: Buffer): Buffer => bytes;

/** OTLP/gRPC: one HTTP/2 connection, on which requests run beside each other. */
export function openGrpcDownstream(config: ForwardConfig, tls: TlsFiles): Downstream {
  const url = new URL(config.endpoint);
  const isSecure = url.protocol === 'https:';
  const authority = `${url.hostname}:${url.port === '' ? (isSecure ? 443 : 80) : url.port}`;
  const { ca, cert, key } = tls;
  const security = isSecure
    ? credentials.createSsl(ca ?? null, key ?? null, cert ?? null)
    : credentials.createInsecure();
  const client = new Client(authority, security, {
    'grpc.default_compression_algorithm': config.compression === 'gzip' ? GZIP : IDENTITY,
    'grpc.max_send_message_length': -1,
    'grpc.max_receive_message_length': ANSWER_BYTES_MAX,
    'grpc.primary_user_agent': 'Tollgate',
    'grpc.enable_retries': 0,
    'grpc.enable_channelz': 0,
    'grpc.initial_reconnect_backoff_ms': RECONNECT_MS_MIN,
    'grpc.max_reconnect_backoff_ms': RECONNECT_MS_MAX,
  });
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(config.headers)) metadata.set(name, value);
  return {
    // The library compresses messages itself.
    accepts: 'identity',
    send: ({ bytes }, signal) =>
      new Promise<Verdict>((resolve) => {
        const message = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const deadline = Date.now() + config.timeoutMs;
        const answer = (fault: ServiceError | null, response?: Buffer): void => {
          signal.removeEventListener('abort', cancel);
          if (fault === null) return resolve(successVerdict('application/x-protobuf', response ?? Buffer.alloc(0)));
          const [details] = fault.metadata?.get('grpc-status-details-bin') ?? [];
          resolve(grpcVerdict(fault.code, fault.details, Buffer.isBuffer(details) ? details : null));
        };
        const call = client.makeUnaryRequest(
          EXPORT_PATH,
          identity,
          identity,
          message,
          metadata.clone(),
          { deadline },
          answer,
        );
        const cancel = (): void => call.cancel();
        signal.addEventListener('abort', cancel, { once: true });
      }),
    close: () => client.close(),
  };
}
