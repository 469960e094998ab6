/** What one request may ask of the decoder. The body limit itself is the receiver's. */

/** Nesting of arrays and key-value lists in one attribute; protobuf's own decoders stop at about as much (100 messages). */
export const ATTRIBUTE_DEPTH_MAX = 32;

/** Elements of arrays and key-value lists in all wanted attributes: 2 bytes of payload each at least, 100 bytes of memory at most. */
export const NESTED_VALUES_PER_REQUEST_MAX = 1_000_000;

/** Keys that only a wanted prefix covers, such as tags: the sender chooses how many. Exact keys bound themselves. */
export const PREFIXED_ATTRIBUTES_PER_OWNER_MAX = 128;

/**
 * Spans, or log records of wanted events. Exporters send 512 to 8,192; a payload of the smallest spans (30 bytes) in
 * 20 MiB would hold 700,000.
 */
export const ITEMS_PER_REQUEST_MAX = 100_000;

/** What is kept of a log record's body: enough to tell records apart that agree in all else. */
export const LOG_BODY_BYTES_MAX = 1024;

/** Distinct sentences in `partial_success`. */
export const REASONS_MAX = 8;

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;
