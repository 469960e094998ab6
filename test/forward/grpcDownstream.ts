import { gunzipSync } from 'node:zlib';
import { Metadata, Server, ServerCredentials, type ServiceDefinition } from '@grpc/grpc-js';
import { encodeRetryStatus } from '../../processor/receive/answer.ts';
import { namesIn } from './traceBodies.ts';

interface GrpcReceived {
  readonly metadata: Metadata;
  readonly body: Buffer;
  readonly names: readonly string[];
}

/** Bytes of an ExportTraceServiceResponse, or a status. */
export type GrpcReply =
  | Buffer
  | { readonly code: number; readonly details?: string; readonly retryAfterSeconds?: number }
  | 'hang';

export interface GrpcDownstream extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: readonly GrpcReceived[];
  readonly acknowledged: readonly string[];
}

export const GRPC_OK: GrpcReply = Buffer.alloc(0);

interface Options {
  readonly port?: number;
  readonly tls?: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
}

const identity = (bytes: Buffer): Buffer => bytes;
const traceService: ServiceDefinition = {
  Export: {
    path: '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    requestStream: false,
    responseStream: false,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  },
};

/** A real server of the official library on 127.0.0.1. */
export async function startGrpcDownstream(
  reply: (received: GrpcReceived, before: number) => GrpcReply,
  { port = 0, tls }: Options = {},
): Promise<GrpcDownstream> {
  const received: GrpcReceived[] = [];
  const acknowledged: string[] = [];
  const server = new Server();
  server.addService(traceService, {
    Export: (
      call: { metadata: Metadata; request: Buffer },
      callback: (fault: object | null, response?: Buffer) => void,
    ) => {
      const body = call.request[0] === 0x1f ? gunzipSync(call.request) : call.request;
      const one = { metadata: call.metadata, body, names: namesIn(body) };
      received.push(one);
      const given = reply(one, received.length - 1);
      if (given === 'hang') return;
      if (Buffer.isBuffer(given)) {
        acknowledged.push(...one.names);
        callback(null, given);
        return;
      }
      const metadata = new Metadata();
      const { code, details = '', retryAfterSeconds } = given;
      if (retryAfterSeconds !== undefined) {
        metadata.set('grpc-status-details-bin', encodeRetryStatus(code, details, retryAfterSeconds));
      }
      callback({ code, details, metadata });
    },
  });
  const security =
    tls === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(tls.ca, [{ cert_chain: tls.cert, private_key: tls.key }], true);
  const taken = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, security, (fault, bound) =>
      fault === null ? resolve(bound) : reject(fault),
    );
  });
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${taken}`,
    port: taken,
    received,
    get acknowledged() {
      return acknowledged.toSorted();
    },
    async [Symbol.asyncDispose]() {
      server.forceShutdown();
    },
  };
}
