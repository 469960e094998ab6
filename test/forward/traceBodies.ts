import { field, join } from '../../bench/protobufPieces.ts';

const NAME = /span-\d{6}/g;

/** Names of spans, from number `from` on: each stands once in a body, which is how it is found again. */
export function spanNames(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => `span-${String(from + index).padStart(6, '0')}`);
}

/** An ExportTraceServiceRequest with spans of these names. `padding` stands in each span, uncompressible where it is random. */
export function tracesBody(names: readonly string[], padding: Uint8Array = Buffer.alloc(0)): Buffer {
  const spans = names.map((name, index) =>
    field(
      2,
      join([
        field(1, Buffer.alloc(16, index + 1)),
        field(2, Buffer.alloc(8, index + 1)),
        field(5, name),
        field(99, padding),
      ]),
    ),
  );
  return field(1, field(2, join(spans))).bytes;
}

export function namesIn(body: Uint8Array): string[] {
  return Buffer.from(body).toString('latin1').match(NAME) ?? [];
}
