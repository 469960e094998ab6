import http from 'node:http';
import https from 'node:https';
import type { ForwardConfig } from '../forwardConfig.ts';
import type { Downstream, TlsFiles } from './downstream.ts';
import type { Payload } from './payload.ts';
import { httpVerdict, type HttpAnswer, type Verdict } from './verdict.ts';

/** Of an answer's body no more is read: a partial_success with its message is far smaller. */
const ANSWER_BYTES_MAX = 65_536;
/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#user-agent */
const USER_AGENT = 'Tollgate';
const TRACES_PATH = '/v1/traces';

interface Target {
  readonly url: URL;
  readonly agent: http.Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** OTLP/HTTP with protobuf, over connections that are kept open. */
export function openHttpDownstream(config: ForwardConfig, tls: TlsFiles, nowMs: () => number): Downstream {
  const url = tracesUrl(config.endpoint);
  const kept = { keepAlive: true, maxSockets: config.connections };
  const agent = url.protocol === 'https:' ? new https.Agent({ ...kept, ...presentOf(tls) }) : new http.Agent(kept);
  const target: Target = { url, agent, headers: config.headers, timeoutMs: config.timeoutMs };
  return {
    accepts: config.compression === 'gzip' ? 'gzip' : 'identity',
    async send(payload, signal): Promise<Verdict> {
      const first = await post(target, payload, signal);
      // The server closed a connection at rest just when it was used again: nothing is wrong with it.
      const sent = 'isStale' in first && first.isStale && !signal.aborted ? await post(target, payload, signal) : first;
      if ('status' in sent) return httpVerdict(sent, nowMs());
      return { outcome: 'retry', retryAfterMs: null, says: sent.says };
    },
    close: () => agent.destroy(),
  };
}

/** The address of the signal below a base address, https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp */
function tracesUrl(endpoint: string): URL {
  const url = new URL(endpoint);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(TRACES_PATH) ? path : `${path}${TRACES_PATH}`;
  return url;
}

function presentOf(tls: TlsFiles): Partial<Record<keyof TlsFiles, Buffer>> {
  return Object.fromEntries(Object.entries(tls).filter(([, bytes]) => bytes !== undefined));
}

interface NoAnswer {
  readonly says: string;
  readonly isStale: boolean;
}

/** Redirects are not followed: a POST would become a GET, or the headers' secrets go elsewhere. */
function post(target: Target, payload: Payload, signal: AbortSignal): Promise<HttpAnswer | NoAnswer> {
  return new Promise((resolve) => {
    const { request } = target.url.protocol === 'https:' ? https : http;
    const headers: http.OutgoingHttpHeaders = {
      'user-agent': USER_AGENT,
      ...target.headers,
      'content-type': 'application/x-protobuf',
      'content-length': payload.bytes.length,
      ...(payload.encoding === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
    };
    const sent = request(target.url, { method: 'POST', agent: target.agent, headers, signal });
    let answer: HttpAnswer | null = null;
    const timer = setTimeout(
      () => sent.destroy(new Error(`no answer within ${target.timeoutMs} ms`)),
      target.timeoutMs,
    );
    const settle = (fault: NodeJS.ErrnoException): void => {
      clearTimeout(timer);
      const isStale = sent.reusedSocket && (fault.code === 'ECONNRESET' || fault.code === 'EPIPE');
      // A status stands, whatever becomes of the rest.
      resolve(answer ?? { says: describe(fault), isStale });
    };
    sent.on('error', settle);
    sent.on('close', () => settle(new Error('the connection ended without an answer')));
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const { statusCode: status = 0, headers: given } = response;
      const contentType = given['content-type'] ?? '';
      answer = { status, contentType, retryAfter: given['retry-after'], body: Buffer.alloc(0) };
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= ANSWER_BYTES_MAX) chunks.push(chunk);
        else sent.destroy();
      });
      response.on('error', settle);
      response.on('end', () => {
        clearTimeout(timer);
        if (answer !== null) resolve({ ...answer, body: Buffer.concat(chunks) });
      });
    });
    sent.end(payload.bytes);
  });
}

function describe(fault: NodeJS.ErrnoException): string {
  // Where all addresses of a name failed, the faults are inside.
  const inner = fault instanceof AggregateError ? (fault.errors[0] as unknown) : fault;
  return inner instanceof Error ? inner.message : String(inner);
}
