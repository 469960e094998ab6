import type { Payload } from './payload.ts';
import type { PayloadEncoding } from './queueRecord.ts';
import type { Verdict } from './verdict.ts';

/** Whoever gets the spans. */
export interface Downstream {
  /** What payloads may be compressed with when they are handed over. */
  readonly accepts: PayloadEncoding;
  /** One request. Always resolves: what went wrong is in the verdict. `signal` ends it. */
  send(payload: Payload, signal: AbortSignal): Promise<Verdict>;
  close(): void;
}

export interface TlsFiles {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}
