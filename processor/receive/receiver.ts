import type { ErrorCode } from '../../src/errors.ts';
import type { Access, Caller } from '../access/caller.ts';
import type { ServedTls } from '../tls/servedTls.ts';
import type { Consumers } from './consume.ts';
import type { ReceiveLimits } from './limits.ts';

/** What the HTTP and the gRPC receiver need. */
export interface ReceiverOptions {
  readonly consume: Consumers;
  readonly access: Access;
  readonly limits?: Partial<ReceiveLimits>;
  /** Without it connections are plain. */
  readonly tls?: ServedTls | null;
  /** Throws where no export of the caller would be stored now: asked before its body is read. */
  readonly admit?: (caller: Caller) => void;
  /** Called for every export of a signal that is answered with success and not used. */
  readonly onUnused: (signal: 'metrics') => void;
  /** Called for every request that is refused, whatever for. */
  readonly onRefused?: (code: ErrorCode) => void;
  /** Called for a failure that is ours and has no code; the sender is asked to come again. */
  readonly onFault: (error: unknown) => void;
}

export interface Receiver {
  /** Resolves to the port taken: the one asked for, or a free one for 0. */
  listen(host: string, port: number): Promise<number>;
  /** Takes no new requests, finishes those whose body has arrived, and resolves when the last connection is closed. */
  close(): Promise<void>;
}

/** `x-api-key: KEY` says the same as `Authorization: Bearer KEY`, for exporters whose headers are set by hand. */
export async function authenticateSender(
  access: Access,
  headers: {
    authorization?: string | undefined;
    apiKey?: string | undefined;
    host?: string | undefined;
    origin?: string | undefined;
  },
): Promise<Caller> {
  const { apiKey, host, origin } = headers;
  const authorization = headers.authorization ?? (apiKey === undefined ? undefined : `Bearer ${apiKey}`);
  return access.authenticate({ authorization, host, origin }, 'ingest');
}
