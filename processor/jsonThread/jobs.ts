import type { ErrorCode } from '../../src/errors.ts';
import type { ReceivedLog } from '../../src/log.ts';
import type { ReceivedSpan } from '../../src/span.ts';
import type { DecodedLogs } from '../decode/decodedLogs.ts';
import type { DecodedTraces } from '../decode/decodedTraces.ts';

/** What the service says to the thread that parses large JSON, and what that answers. Both are copied by structured cloning. */
export interface JsonJob {
  readonly id: number;
  readonly work: 'read traces' | 'read logs' | 'encode traces';
  readonly body: Uint8Array;
}

/** Items come in pieces: to copy 100,000 spans in one message would hold the service up as long as to parse them. */
export type JsonAnswer =
  | { readonly id: number; readonly kind: 'spans'; readonly items: readonly ReceivedSpan[] }
  | { readonly id: number; readonly kind: 'logs'; readonly items: readonly ReceivedLog[] }
  | { readonly id: number; readonly kind: 'traces read'; readonly rest: Omit<DecodedTraces, 'spans'> }
  | { readonly id: number; readonly kind: 'logs read'; readonly rest: Omit<DecodedLogs, 'logs'> }
  | { readonly id: number; readonly kind: 'traces encoded'; readonly protobuf: Uint8Array }
  | { readonly id: number; readonly kind: 'refused'; readonly code: ErrorCode; readonly message: string }
  | { readonly id: number; readonly kind: 'fault'; readonly fault: unknown };

/** Some 2 ms to copy. */
export const ITEMS_PER_ANSWER = 200;
