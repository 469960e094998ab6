import {
  Metadata,
  Server,
  ServerInterceptingCall,
  type handleUnaryCall,
  type ServerCredentials,
  type ServerInterceptor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { TollgateError } from '../../src/errors.ts';
import type { Caller } from '../access/caller.ts';
import { grpcCredentials } from '../tls/grpcCredentials.ts';
import { encodeExportResponse, encodeRetryStatus, fullSuccess } from './answer.ts';
import { bodyTooLarge } from './body.ts';
import { BodyBudget } from './bodyBudget.ts';
import type { Consumers } from './consume.ts';
import { limitsFor, receiveLimits, type ReceiveLimits } from './limits.ts';
import { ReadingSeats } from './readingSeats.ts';
import { authenticateSender, type Receiver, type ReceiverOptions } from './receiver.ts';
import { toWireStatus, type WireStatus } from './status.ts';

/** Requests that one connection may have open; more wait in the sender. */
const CONCURRENT_STREAMS_MAX = 256;
/** Of which one caller has half. */
const SEATS_MIN = 2;

type Export = handleUnaryCall<Buffer, Buffer>;

interface GrpcRefusal {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** OTLP over gRPC. Messages stay bytes: the decoder that HTTP uses reads them. */
export function createOtlpGrpcServer(options: ReceiverOptions): Receiver {
  const limits = { ...receiveLimits, ...options.limits };
  const callers = new WeakMap<Metadata, Caller>();
  const server = new Server({
    'grpc.max_receive_message_length': limits.bodyBytes,
    'grpc.max_concurrent_streams': CONCURRENT_STREAMS_MAX,
    // The library knows the connections that `forceShutdown` is to cut only where it counts for channelz.
    'grpc.enable_channelz': 1,
    interceptors: [admission(options, limits, callers)],
  });
  const { used, unused } = exports(options, limits, callers);
  server.addService(otlpServices.traces, { Export: used('traces') });
  server.addService(otlpServices.logs, { Export: used('logs') });
  server.addService(otlpServices.metrics, { Export: unused });
  const credentials = grpcCredentials(options.tls ?? null);
  return {
    listen: (host, port) => listen(server, credentials, host, port),
    close: () => closeServer(server, limits.closeGraceMs),
  };
}

/** https://opentelemetry.io/docs/specs/otlp/#otlpgrpc */
export const otlpServices = {
  traces: exportService('trace', 'Trace'),
  logs: exportService('logs', 'Logs'),
  metrics: exportService('metrics', 'Metrics'),
} as const;

function exportService(signal: string, name: string): ServiceDefinition {
  const identity = (bytes: Buffer): Buffer => bytes;
  return {
    Export: {
      path: `/opentelemetry.proto.collector.${signal}.v1.${name}Service/Export`,
      requestStream: false,
      responseStream: false,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    },
  };
}

/** Says who sends before the message is read, and waits for the message no longer than the deadline. */
function admission(
  options: ReceiverOptions,
  limits: ReceiveLimits,
  callers: WeakMap<Metadata, Caller>,
): ServerInterceptor {
  const seats = new ReadingSeats(Math.max(SEATS_MIN, Math.floor(limits.bodyBytesInFlight / limits.bodyBytes)));
  return (method, call) => {
    let deadline: NodeJS.Timeout | undefined;
    let leave = (): void => undefined;
    let isOver = false;
    const end = (): void => {
      isOver = true;
      clearTimeout(deadline);
      leave();
    };
    const refuse = (error: unknown): void => {
      end();
      call.sendStatus(refusal(error, options));
    };
    const timeOut = (): void =>
      refuse(
        new TollgateError('request_timeout', `The message took longer than ${limits.requestDeadlineMs} ms to arrive`),
      );
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, forward) => {
            deadline = setTimeout(timeOut, limits.requestDeadlineMs);
            const header = (name: string): string | undefined => metadata.get(name)[0]?.toString();
            authenticateSender(options.access, {
              authorization: header('authorization'),
              apiKey: header('x-api-key'),
              host: call.getHost(),
              origin: header('origin'),
            })
              .then((caller) => {
                if (!method.path.includes('.metrics.')) options.admit?.(caller);
                return caller;
              })
              .then((caller) => {
                callers.set(metadata, caller);
                // The message is read from then on.
                if (!isOver) leave = seats.enter(caller.keyId ?? '', () => forward(metadata));
              }, refuse);
          },
          onReceiveMessage: (message, forward) => {
            end();
            forward(message);
          },
          onReceiveHalfClose: (forward) => {
            end();
            forward();
          },
          onCancel: end,
        }),
    });
  };
}

function exports(
  options: ReceiverOptions,
  limits: ReceiveLimits,
  callers: WeakMap<Metadata, Caller>,
): { used: (signal: keyof Consumers) => Export; unused: Export } {
  const budget = new BodyBudget(limits.bodyBytesInFlight);
  async function consume(signal: keyof Consumers, caller: Caller | undefined, body: Buffer): Promise<Buffer> {
    if (caller === undefined) throw new TollgateError('internal', 'A gRPC call reached its method without a caller');
    const limitsOfCaller = limitsFor(limits, caller);
    if (body.length > limitsOfCaller.bodyBytes) throw bodyTooLarge(limitsOfCaller, `${body.length}`);
    const share = budget.open(caller);
    try {
      share.take(body.length);
      const outcome = await options.consume[signal]({ caller, encoding: 'protobuf', body });
      return encodeExportResponse('protobuf', signal, outcome);
    } finally {
      share.release();
    }
  }
  return {
    used: (signal) => (call, callback) => {
      consume(signal, callers.get(call.metadata), call.request).then(
        (answer) => callback(null, answer),
        (error: unknown) => callback(refusal(error, options)),
      );
    },
    unused: (_call, callback) => {
      options.onUnused('metrics');
      callback(null, encodeExportResponse('protobuf', 'metrics', fullSuccess));
    },
  };
}

function refusal(error: unknown, options: ReceiverOptions): GrpcRefusal {
  const status = toWireStatus(error);
  options.onRefused?.(status.code);
  if (status.isFault) options.onFault(error);
  return { code: status.grpcCode, details: status.message, metadata: trailers(status) };
}

function trailers(status: WireStatus): Metadata {
  const metadata = new Metadata();
  if (status.retryAfterSeconds !== null) {
    metadata.set(
      'grpc-status-details-bin',
      encodeRetryStatus(status.grpcCode, status.message, status.retryAfterSeconds),
    );
  }
  return metadata;
}

function listen(server: Server, credentials: ServerCredentials, host: string, port: number): Promise<number> {
  const authority = host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(authority, credentials, (error, taken) => {
      if (error === null) resolve(taken);
      else reject(error);
    });
  });
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const cut = setTimeout(() => {
      server.forceShutdown();
      // A peer that does not read to the end keeps its socket until the process ends: nothing else waits for that.
      resolve();
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(cut);
      resolve();
    });
  });
}
