/** What one request may ask of the decoder. The body limit itself is the receiver's. */

/** Nesting of arrays and key-value lists in one attribute; protobuf's own decoders stop at about as much (100 messages). */
export const ATTRIBUTE_DEPTH_MAX = 32;

/**
 * Elements of arrays and key-value lists in all wanted attributes: 2 bytes of payload each at least. An element costs up to
 * 2 us, a key of a list that nobody wrote before: so at most half a second a request. Exports of 8,192 spans have some 40,000.
 */
export const NESTED_VALUES_PER_REQUEST_MAX = 250_000;

/**
 * Resources, scopes, spans, log records and attributes, wanted or not. Each is at least 2 bytes of payload and 30 to 200 ns of
 * time: 20 MiB of them would hold up all senders for a second. 20 MiB of real spans hold some 300,000.
 */
export const FIELDS_PER_REQUEST_MAX = 1_000_000;

/** Values of all kinds in one JSON payload, at 0.2 to 2 us each: 20 MiB of real spans hold a million, of `[],` seven. */
export const JSON_VALUES_MAX = 2_000_000;

/** Brackets open at one place of a JSON payload: an attribute nested `ATTRIBUTE_DEPTH_MAX` deep opens 4 for each level. */
export const JSON_DEPTH_MAX = 256;

/** Keys that only a wanted prefix covers, such as tags: the sender chooses how many. Exact keys bound themselves. */
export const PREFIXED_ATTRIBUTES_PER_OWNER_MAX = 128;

/**
 * Spans, rejected ones among them, or log records of wanted events. Exporters send 512 to 8,192; a payload of the smallest spans (30 bytes) in
 * 20 MiB would hold 700,000.
 */
export const ITEMS_PER_REQUEST_MAX = 100_000;

/** What is kept of a log record's body: enough to tell records apart that agree in all else. */
export const LOG_BODY_BYTES_MAX = 1024;

/** Distinct sentences in `partial_success`. */
export const REASONS_MAX = 8;

export const TRACE_ID_BYTES = 16;
export const SPAN_ID_BYTES = 8;
