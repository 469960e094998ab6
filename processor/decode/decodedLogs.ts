import type { ReceivedLog } from '../../src/log.ts';
import type { DecodedTraces } from './decodedTraces.ts';

export interface DecodedLogs {
  /** The records whose event is wanted. Those of one resource or scope share its object. */
  readonly logs: ReceivedLog[];
  /** All records of the request, those that were stepped over among them. */
  readonly received: number;
  readonly rejected: DecodedTraces['rejected'];
}
