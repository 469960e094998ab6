/**
 * Tags of opentelemetry/proto/trace/v1/trace.proto and common/v1/common.proto. `CHILDREN` leads from a request down to
 * its spans: resource_spans, scope_spans, spans; the level of a span is their count.
 */
export const CHILDREN = [0x0a, 0x12, 0x12] as const;
export const SPAN_LEVEL = CHILDREN.length;
export const SPAN_ATTRIBUTES = 0x4a;
export const KEY_VALUE = { key: 0x0a, value: 0x12 } as const;
export const ANY_VALUE = { string: 0x0a, double: 0x21 } as const;

/** Bytes of a varint, for a value from 0 to 2^32-1. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}
