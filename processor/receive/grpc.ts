import {
  Metadata,
  Server,
  ServerCredentials,
  ServerInterceptingCall,
  type handleUnaryCall,
  type ServerInterceptor,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { TollgateError } from '../../src/errors.ts';
import type { Caller } from '../access/caller.ts';
import { encodeExportResponse, encodeRetryStatus, fullSuccess } from './answer.ts';
import { BodyBudget } from './bodyBudget.ts';
import type { Consumers } from './consume.ts';
import { receiveLimits, type ReceiveLimits } from './limits.ts';
import { authenticateSender, type Receiver, type ReceiverOptions } from './receiver.ts';
import { toWireStatus, type WireStatus } from './status.ts';

/** Requests that one connection may have open; more wait in the sender. */
const CONCURRENT_STREAMS_MAX = 256;

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
    'grpc.enable_channelz': 0,
    interceptors: [admission(options, limits, callers)],
  });
  const { used, unused } = exports(options, new BodyBudget(limits.bodyBytesInFlight), callers);
  server.addService(exportService('trace', 'Trace'), { Export: used('traces') });
  server.addService(exportService('logs', 'Logs'), { Export: used('logs') });
  server.addService(exportService('metrics', 'Metrics'), { Export: unused });
  return { listen: (host, port) => listen(server, host, port), close: () => closeServer(server, limits.closeGraceMs) };
}

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
  return (_method, call) => {
    let deadline: NodeJS.Timeout | undefined;
    const refuse = (error: unknown): void => {
      clearTimeout(deadline);
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
            }).then((caller) => {
              callers.set(metadata, caller);
              forward(metadata);
            }, refuse);
          },
          onReceiveMessage: (message, forward) => {
            clearTimeout(deadline);
            forward(message);
          },
          onReceiveHalfClose: (forward) => {
            clearTimeout(deadline);
            forward();
          },
          onCancel: () => clearTimeout(deadline),
        }),
    });
  };
}

function exports(
  options: ReceiverOptions,
  budget: BodyBudget,
  callers: WeakMap<Metadata, Caller>,
): { used: (signal: keyof Consumers) => Export; unused: Export } {
  async function consume(signal: keyof Consumers, caller: Caller | undefined, body: Buffer): Promise<Buffer> {
    if (caller === undefined) throw new TollgateError('internal', 'A gRPC call reached its method without a caller');
    const share = budget.open();
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

function listen(server: Server, host: string, port: number): Promise<number> {
  const authority = host.includes(':') && !host.startsWith('[') ? `[${host}]:${port}` : `${host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(authority, ServerCredentials.createInsecure(), (error, taken) => {
      if (error === null) resolve(taken);
      else reject(error);
    });
  });
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.forceShutdown(), graceMs);
  await new Promise<void>((resolve) => {
    server.tryShutdown(() => resolve());
  });
  clearTimeout(cut);
}
