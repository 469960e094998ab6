import type { Caller } from '../access/caller.ts';

/** What one receiver takes. Every figure may be replaced by the configuration or a test. */
export interface ReceiveLimits {
  /** One body, compressed and decompressed alike. */
  readonly bodyBytes: number;
  /** All bodies that are being read or consumed, together; more are refused as `overloaded`. */
  readonly bodyBytesInFlight: number;
  /** From a request's headers to its body's last byte. Exporters give up after 10 s by default. */
  readonly requestDeadlineMs: number;
  /** What `close` waits for requests it took, before it cuts connections: of the 9 s of a stop the queue and the store need the rest. */
  readonly closeGraceMs: number;
}

export const receiveLimits: ReceiveLimits = {
  bodyBytes: 20 * 1024 * 1024,
  bodyBytesInFlight: 256 * 1024 * 1024,
  requestDeadlineMs: 30_000,
  closeGraceMs: 6_000,
};

/** The limits for one caller, whose key may have a smaller one for bodies. */
export function limitsFor(limits: ReceiveLimits, { quota }: Caller): ReceiveLimits {
  const ofKey = quota?.bodyBytesMax ?? null;
  return ofKey === null || ofKey >= limits.bodyBytes ? limits : { ...limits, bodyBytes: ofKey };
}

/** Connections that the HTTP port keeps; one more is closed. Half-open ones take 20 kB each until `requestDeadlineMs` is over. */
export const CONNECTIONS_MAX = 10_000;

/** Where the error itself names no delay. Exporters give an export 10 s by default, which leaves them four tries. */
export const RETRY_AFTER_SECONDS = 2;
