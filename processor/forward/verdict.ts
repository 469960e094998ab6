import { explain, readPartialSuccess, readRetryInfoMs, readStatusMessage } from './answers.ts';

/**
 * What became of a request. `retry` is tried again for ever, `denied` too, but needs somebody to mend it; `failed` is tried
 * again a few times; `too_large` in halves; `refused` is dropped.
 */
export type Verdict =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'partial'; readonly rejectedSpans: number; readonly says: string }
  | { readonly outcome: 'retry' | 'denied' | 'failed'; readonly retryAfterMs: number | null; readonly says: string }
  | { readonly outcome: 'too_large' | 'refused'; readonly says: string };

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

const SECOND_MS = 1000;

const retriedStatuses = new Set([408, 429, 502, 503, 504]);
const deniedStatuses = new Set([401, 403, 404]);

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp-response, and what an operator can still mend kept. */
export function httpVerdict({ status, contentType, retryAfter, body }: HttpAnswer, nowMs: number): Verdict {
  const says = `HTTP ${status}${explain(contentType, body)}`;
  const asked = { retryAfterMs: retryAfterMs(retryAfter, nowMs), says };
  if (status >= 200 && status < 300) {
    // A page for people: the address is not that of a receiver.
    if (/^text\/html\b/i.test(contentType)) return { outcome: 'denied', retryAfterMs: null, says: `${says} with HTML` };
    return successVerdict(contentType, body);
  }
  if (retriedStatuses.has(status)) return { outcome: 'retry', ...asked };
  if (deniedStatuses.has(status) || status < 400) return { outcome: 'denied', ...asked };
  if (status >= 500) return { outcome: 'failed', ...asked };
  return { outcome: status === 413 ? 'too_large' : 'refused', says };
}

export function successVerdict(contentType: string, body: Buffer): Verdict {
  const { rejectedSpans, says } = readPartialSuccess(contentType, body);
  return rejectedSpans === 0 ? { outcome: 'ok' } : { outcome: 'partial', rejectedSpans, says };
}

/** By number, https://grpc.io/docs/guides/status-codes/: those that OTLP retries, those to mend, those of a fault there. */
const RESOURCE_EXHAUSTED = 8;
const retriedCodes = new Set([1, 4, 10, 11, 14, 15]);
const deniedCodes = new Set([7, 12, 16]);
const failedCodes = new Set([2, 13]);

/** https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-response. `details` is the trailer grpc-status-details-bin. */
export function grpcVerdict(code: number, message: string, details: Buffer | null): Verdict {
  const asked = readRetryInfoMs(details);
  const says = `gRPC ${code}${message === '' ? readStatusMessage(details) : `: ${message}`}`;
  if (retriedCodes.has(code)) return { outcome: 'retry', retryAfterMs: asked, says };
  if (code === RESOURCE_EXHAUSTED) {
    return asked === null ? { outcome: 'too_large', says } : { outcome: 'retry', retryAfterMs: asked, says };
  }
  if (deniedCodes.has(code)) return { outcome: 'denied', retryAfterMs: null, says };
  if (failedCodes.has(code)) return { outcome: 'failed', retryAfterMs: null, says };
  return { outcome: 'refused', says };
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterMs(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECOND_MS;
  // A date begins with the day's name; Date.parse makes dates of much else.
  const date = /^[A-Z][a-z]+,? /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(date - nowMs, 0);
}
