import type protobuf from 'protobufjs';
import { exportLogsServiceRequestType, exportTraceServiceRequestType } from '../bench/otlpProto.ts';

export type Signal = 'traces' | 'logs';
const requestTypes: Readonly<Record<Signal, protobuf.Type>> = {
  traces: exportTraceServiceRequestType(),
  logs: exportLogsServiceRequestType(),
};
const idFields = new Set(['traceId', 'spanId', 'parentSpanId']);

/** An export request in OTLP/JSON: ids in hex, 64-bit integers as strings, other bytes in base64. */
export function protobufToJson(signal: Signal, body: Uint8Array): unknown {
  const type = requestTypes[signal];
  // bytes stay Buffers here, because base64 and hex are told apart by the field's name
  const value = type.toObject(type.decode(body), { longs: String, bytes: Buffer, json: true });
  return withTextForBytes(value, '');
}

function withTextForBytes(value: unknown, field: string): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString(idFields.has(field) ? 'hex' : 'base64');
  if (Array.isArray(value)) return value.map((item: unknown) => withTextForBytes(item, field));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTextForBytes(item, key)]));
}
