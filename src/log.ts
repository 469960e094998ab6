import type { Attributes, Resource, Scope, WantedKeys } from './span.ts';

/** One OTLP log record, as far as Tollgate reads it. Field names are OpenTelemetry's. */
export interface ReceivedLog {
  /** 32 lower-case hexadecimal digits, not all zero; null where the record belongs to no trace. */
  readonly traceId: string | null;
  /** 16 lower-case hexadecimal digits of the span in which the record was written, or null. */
  readonly spanId: string | null;
  /** 0 where the source gave no time. */
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  /** The field, not the attribute `event.name`, which older emitters write instead. */
  readonly eventName: string;
  /** The beginning of a body that is text; '' for any other. */
  readonly body: string;
  /** Only the keys some reader asked for. */
  readonly attributes: Attributes;
  readonly resource: Resource;
  readonly scope: Scope;
}

/** The attribute that names a record's event where the field `event_name` does not. */
export const EVENT_NAME_KEY = 'event.name';

/** Which log records a decoder materialises, and what of them; all others are stepped over. */
export interface WantedLogs {
  /** Event names: in the field, in the attribute `event.name`, or as the whole body. */
  readonly events: ReadonlySet<string>;
  /** `EVENT_NAME_KEY` among them. */
  readonly keys: WantedKeys;
}
