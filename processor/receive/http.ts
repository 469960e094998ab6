import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { TollgateError } from '../../src/errors.ts';
import { createWebServer } from '../tls/webServer.ts';
import { contentTypes, encodeExportResponse, encodeStatus, fullSuccess, type Encoding, type Signal } from './answer.ts';
import { decompress, readBody } from './body.ts';
import { BodyBudget } from './bodyBudget.ts';
import { CONNECTIONS_MAX, limitsFor, receiveLimits, type ReceiveLimits } from './limits.ts';
import { encodingOf, requireCompression, requireEncoding } from './mediaType.ts';
import { authenticateSender, type Receiver, type ReceiverOptions } from './receiver.ts';
import { toWireStatus } from './status.ts';

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp-request */
export const signalOfPath: ReadonlyMap<string, Signal> = new Map([
  ['/v1/traces', 'traces'],
  ['/v1/logs', 'logs'],
  ['/v1/metrics', 'metrics'],
]);

/** Exporters send every 5 s by default: with Node's 5 s the connection would often close just as they use it. */
const KEEP_ALIVE_MS = 65_000;

/** OTLP over HTTP on plain `node:http`, which costs half of what a framework does for each request. */
export function createOtlpHttpServer(options: ReceiverOptions): Receiver {
  const limits = { ...receiveLimits, ...options.limits };
  const closing = new AbortController();
  const reception = new HttpReception(options, limits, closing.signal);
  const server = createWebServer(options.tls ?? null, {}, (request, response) => {
    void reception.answer(request, response).finally(() => {
      if (closing.signal.aborted) server.closeIdleConnections();
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxConnections = CONNECTIONS_MAX;
  // The reception's own deadline answers first; this one is for connections that send no whole header.
  server.headersTimeout = limits.requestDeadlineMs;
  server.requestTimeout = 2 * limits.requestDeadlineMs;
  return {
    listen: (host, port) => listen(server, host, port),
    async close() {
      closing.abort();
      await closeServer(server, limits.closeGraceMs);
    },
  };
}

class HttpReception {
  readonly #options: ReceiverOptions;
  readonly #limits: ReceiveLimits;
  readonly #closing: AbortSignal;
  readonly #budget: BodyBudget;

  constructor(options: ReceiverOptions, limits: ReceiveLimits, closing: AbortSignal) {
    this.#options = options;
    this.#limits = limits;
    this.#closing = closing;
    this.#budget = new BodyBudget(limits.bodyBytesInFlight);
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const encoded = await this.#take(request);
      this.#send(response, 200, encodingOf(request.headers['content-type']) ?? 'json', encoded, {});
    } catch (error) {
      this.#refuse(request, response, error);
    }
  }

  /** Everything that needs no body is checked before it is read. Resolves to the body of the answer. */
  async #take(request: IncomingMessage): Promise<Buffer> {
    const { headers } = request;
    const [path = ''] = (request.url ?? '').split('?', 1);
    const signal = signalOfPath.get(path);
    if (signal === undefined)
      throw new TollgateError('not_found', 'Path: expected /v1/traces, /v1/logs or /v1/metrics');
    if (request.method !== 'POST')
      throw new TollgateError('method_not_allowed', `Method: expected POST, found ${request.method}`);
    const { authorization, host, origin } = headers;
    const apiKey = headers['x-api-key'];
    const caller = await authenticateSender(this.#options.access, {
      authorization,
      apiKey: typeof apiKey === 'string' ? apiKey : undefined,
      host,
      origin,
    });
    const encoding = requireEncoding(headers['content-type']);
    const compression = requireCompression(headers['content-encoding']);
    if (signal !== 'metrics') this.#options.admit?.(caller);
    const share = this.#budget.open(caller);
    try {
      const reading = { limits: limitsFor(this.#limits, caller), share, closing: this.#closing };
      const sent = await readBody(request, reading);
      if (signal === 'metrics') {
        this.#options.onUnused(signal);
        return encodeExportResponse(encoding, signal, fullSuccess);
      }
      const body = await decompress(compression, sent, reading);
      return encodeExportResponse(encoding, signal, await this.#options.consume[signal]({ caller, encoding, body }));
    } finally {
      share.release();
    }
  }

  #refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const status = toWireStatus(error);
    this.#options.onRefused?.(status.code);
    if (status.isFault) this.#options.onFault(error);
    const encoding = encodingOf(request.headers['content-type']) ?? 'json';
    const headers: Record<string, string> = {};
    if (status.retryAfterSeconds !== null) headers['Retry-After'] = String(status.retryAfterSeconds);
    if (status.httpStatus === 401) headers['WWW-Authenticate'] = 'Bearer';
    if (status.httpStatus === 405) headers['Allow'] = 'POST';
    const isTooSlow = error instanceof TollgateError && error.code === 'request_timeout';
    if (isTooSlow) headers['Connection'] = 'close';
    this.#send(response, status.httpStatus, encoding, encodeStatus(encoding, status.grpcCode, status.message), headers);
    if (!isTooSlow) this.#discardRest(request);
  }

  /**
   * A sender that is still sending reads the answer only if the connection stays open, so the rest of the body is taken
   * and thrown away: up to the body limit and the deadline, and no further.
   */
  #discardRest(request: IncomingMessage): void {
    if (request.complete || request.destroyed) {
      request.resume();
      return;
    }
    const cut = (): void => void request.socket.destroy();
    const deadline = setTimeout(cut, this.#limits.requestDeadlineMs);
    let discarded = 0;
    request.on('error', cut);
    request.on('data', (chunk: Buffer) => {
      discarded += chunk.length;
      if (discarded > this.#limits.bodyBytes) cut();
    });
    request.once('close', () => clearTimeout(deadline));
    request.once('end', () => clearTimeout(deadline));
  }

  #send(
    response: ServerResponse,
    status: number,
    encoding: Encoding,
    body: Buffer,
    headers: Record<string, string>,
  ): void {
    if (response.destroyed || response.headersSent) return;
    if (this.#closing.aborted) headers['Connection'] = 'close';
    response.writeHead(status, { 'Content-Type': contentTypes[encoding], 'Content-Length': body.length, ...headers });
    response.end(body);
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  clearTimeout(cut);
}
