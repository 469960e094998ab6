import http from 'node:http';
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import type { HttpRequest, Outcome, Sending, Target } from './hostileCase.ts';

const DEADLINE_MS = 60_000;
const FAULT = /A fault in Tollgate/;

/** Sends cases to one service, over connections that are kept. */
export class Senders {
  readonly #target: Target;
  readonly #agent: http.Agent;
  readonly #clients: readonly Client[];

  constructor(target: Target, connections: number) {
    this.#target = target;
    this.#agent = new http.Agent({ keepAlive: true, maxSockets: connections });
    const { host, port } = target.grpc;
    const makeClient = (gzip: boolean): Client =>
      new Client(`${host}:${port}`, credentials.createInsecure(), {
        'grpc.default_compression_algorithm': gzip ? 2 : 0,
        // Else both share one connection.
        'grpc.use_local_subchannel_pool': 1,
      });
    this.#clients = [makeClient(false), makeClient(true)];
  }

  async send(sending: Sending): Promise<Outcome> {
    if (sending.via === 'http') return this.#post(sending.request);
    if (sending.via === 'grpc') return this.#export(sending);
    return sending.play(this.#target);
  }

  close(): void {
    this.#agent.destroy();
    for (const client of this.#clients) client.close();
  }

  #post({ method = 'POST', path, headers, body }: HttpRequest): Promise<Outcome> {
    const { key } = this.#target;
    const { host, port } = this.#target.http;
    return new Promise((resolve) => {
      const request = http.request(
        {
          host,
          port,
          method,
          path,
          agent: this.#agent,
          headers: { authorization: `Bearer ${key}`, 'content-length': body.length, ...headers },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', () => resolve('closed'));
          response.on('end', () => resolve(httpOutcome(response, Buffer.concat(chunks).toString())));
        },
      );
      request.setTimeout(DEADLINE_MS, () => request.destroy(new Error(`no answer within ${DEADLINE_MS} ms`)));
      request.on('error', (error) => resolve(error.message.startsWith('no answer') ? error.message : 'closed'));
      request.end(body);
    });
  }

  #export({ signal, body, isGzip }: Extract<Sending, { via: 'grpc' }>): Promise<Outcome> {
    const client = this.#clients[isGzip ? 1 : 0];
    const service = signal === 'traces' ? 'trace.v1.TraceService' : 'logs.v1.LogsService';
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${this.#target.key}`);
    const identity = (bytes: Buffer): Buffer => bytes;
    return new Promise((resolve) => {
      client?.makeUnaryRequest(
        `/opentelemetry.proto.collector.${service}/Export`,
        identity,
        identity,
        Buffer.from(body),
        metadata,
        { deadline: Date.now() + DEADLINE_MS },
        (error: ServiceError | null, answer?: Buffer) => {
          if (error === null) resolve((answer?.length ?? 0) === 0 ? 'grpc 0' : 'partial');
          else resolve(grpcOutcome(error));
        },
      );
    });
  }
}

function httpOutcome(response: http.IncomingMessage, text: string): Outcome {
  const { statusCode = 0, headers } = response;
  if (statusCode === 200)
    return /rejected|partialSuccess/.test(text) || isProtobufPartial(headers, text) ? 'partial' : 'http 200';
  if (statusCode !== 503) return `http ${statusCode}`;
  if (FAULT.test(text)) return 'fault';
  return headers['retry-after'] === undefined ? '503 without Retry-After' : 'shed';
}

function isProtobufPartial(headers: http.IncomingHttpHeaders, text: string): boolean {
  return headers['content-type'] === 'application/x-protobuf' && text.length > 0;
}

function grpcOutcome({ code, details, metadata }: ServiceError): Outcome {
  if (code !== 14) return `grpc ${code}`;
  if (FAULT.test(details)) return 'fault';
  return metadata.get('grpc-status-details-bin').length === 0 ? `UNAVAILABLE without RetryInfo: ${details}` : 'shed';
}
