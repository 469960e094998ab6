import type { Caller } from '../access/caller.ts';

/** One OTLP trace export as it came off the wire, decompressed. */
export interface TracesExport {
  readonly caller: Caller;
  readonly encoding: 'protobuf' | 'json';
  readonly body: Uint8Array;
}

/** What the answer's `partial_success` says: 0 and '' for a full success. */
export interface ExportOutcome {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}

/** Resolves only after the charges are committed; rejects with a TollgateError whose code says what the sender may do. */
export type ConsumeTraces = (request: TracesExport) => Promise<ExportOutcome>;
