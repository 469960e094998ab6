import type { LlmCall, PriceFacts } from '../../call.ts';
import type { ReceivedLog } from '../../log.ts';
import type { Counts } from '../counts.ts';
import type { Habits } from '../dialect.ts';

/** What one event of an emitter says. */
export interface LogEvent {
  /** In full, as it stands in the emitter's documentation. */
  readonly name: string;
  /** Whether the record tells of an answered or of a failed call; null where it tells of none. */
  readonly outcome: (record: ReceivedLog, counts: Counts) => LlmCall['status'] | null;
}

/** A program whose log records describe its calls, and how it counts. */
export interface LogEmitter {
  readonly dialect: string;
  readonly events: readonly LogEvent[];
  /** Event names without the program's own, which count in scopes of this name only. */
  readonly shortNames?: { readonly scope: string; readonly prefix: string };
  readonly provider: (record: ReceivedLog, model: string | null) => string | null;
  readonly habits: Habits;
  /** For counts that stand under a name of the emitter's own. */
  readonly complete?: (record: ReceivedLog, counts: Counts) => void;
  readonly priceFacts?: (record: ReceivedLog) => PriceFacts | null;
}
