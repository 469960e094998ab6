import http from 'node:http';
import https from 'node:https';
import { guardedLookup, refuseAddress } from './addressGuard.ts';

/** Of an answer's body nothing is used; what comes beyond is not waited for. */
const ANSWER_BYTES_MAX = 65_536;
const SECONDS_MS = 1000;

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  /** From `retry-after`; null where there is none that can be read. */
  readonly retryAfterMs: number | null;
}

const lookup = guardedLookup();

/**
 * Posts once, over a connection of its own, and resolves to the status, as soon as it is there and the rest was read or is late.
 * Redirects are not followed. Rejects where there is no status within the time, and where `signal` ends it.
 */
export function post({ url, headers, body, timeoutMs, signal }: Post): Promise<PostAnswer> {
  return new Promise((resolve, reject) => {
    const to = new URL(url);
    refuseAddress(to.hostname);
    const { request } = to.protocol === 'https:' ? https : http;
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const sent = request(to, { method: 'POST', headers: { ...headers, ...length }, lookup, agent: false, signal });
    const timer = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    let answer: PostAnswer | null = null;
    const settle = (fault: Error): void => {
      clearTimeout(timer);
      // Once there is a status it stands, whatever becomes of the rest.
      if (answer === null) reject(fault);
      else resolve(answer);
    };
    sent.on('error', settle);
    sent.on('close', () => settle(new Error('the connection ended without an answer')));
    sent.on('response', (response) => {
      const { statusCode: status = 0, headers: given } = response;
      answer = { status, retryAfterMs: retryAfterMs(given['retry-after'], Date.now()) };
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > ANSWER_BYTES_MAX) sent.destroy();
      });
      response.on('error', () => undefined);
    });
    sent.end(body);
  });
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECONDS_MS;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(date - nowMs, 0);
}
