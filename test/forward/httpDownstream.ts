import http from 'node:http';
import https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { namesIn } from './traceBodies.ts';

export interface Received {
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
  readonly names: readonly string[];
}

interface HttpReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** `hang` never answers, `reset` cuts the connection. */
export type Reply = HttpReply | 'hang' | 'reset';

export interface HttpDownstream extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** Of the spans that were answered with 200, sorted. */
  readonly acknowledged: readonly string[];
  /** Requests under way at once, at most. */
  readonly concurrencyMax: number;
}

export const OK: Reply = { status: 200, headers: { 'content-type': 'application/x-protobuf' } };

interface Options {
  readonly port?: number;
  readonly tls?: https.ServerOptions;
}

/** A real server on 127.0.0.1; `reply` gets each request and how many came before it. */
export async function startHttpDownstream(
  reply: (received: Received, before: number) => Reply | Promise<Reply>,
  { port = 0, tls }: Options = {},
): Promise<HttpDownstream> {
  const received: Received[] = [];
  const acknowledged: string[] = [];
  let underWay = 0;
  let concurrencyMax = 0;
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    underWay += 1;
    concurrencyMax = Math.max(concurrencyMax, underWay);
    response.once('close', () => {
      underWay -= 1;
    });
    const sent = await buffer(request);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
    const one = { path: request.url ?? '', headers: request.headers, body, names: namesIn(body) };
    received.push(one);
    const given = await reply(one, received.length - 1);
    if (given === 'hang') return;
    if (given === 'reset') {
      request.socket.destroy();
      return;
    }
    if (given.status === 200) acknowledged.push(...one.names);
    response.writeHead(given.status, given.headers).end(given.body);
  };
  const listener = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    answer(request, response).catch(() => request.socket.destroy());
  };
  const server = tls === undefined ? http.createServer(listener) : https.createServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  const taken = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${taken}`,
    port: taken,
    received,
    get acknowledged() {
      return acknowledged.toSorted();
    },
    get concurrencyMax() {
      return concurrencyMax;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
