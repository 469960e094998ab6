import type { Caller } from '../access/caller.ts';

/** One OTLP export as it came off the wire, decompressed. */
export interface OtlpExport {
  readonly caller: Caller;
  readonly encoding: 'protobuf' | 'json';
  readonly body: Uint8Array;
}

/** What the answer's `partial_success` says: 0 and '' for a full success. */
export interface ExportOutcome {
  /** Spans or log records. */
  readonly rejected: number;
  readonly errorMessage: string;
}

/** Resolves only after the charges are committed; rejects with a TollgateError whose code says what the sender may do. */
export type ConsumeExport = (request: OtlpExport) => Promise<ExportOutcome>;

/** The signals whose exports are read, and by whom. */
export interface Consumers {
  readonly traces: ConsumeExport;
  readonly logs: ConsumeExport;
}
