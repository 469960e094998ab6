import { readdirSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { exportLogsServiceRequestType, exportTraceServiceRequestType } from '../../bench/otlpProto.ts';
import { field, join, type Piece } from '../../bench/protobufPieces.ts';
import type { Draw, Sending } from './hostileCase.ts';

export interface Payload {
  readonly signal: 'traces' | 'logs';
  readonly json: string;
  readonly protobuf: Buffer;
}

interface Recording {
  readonly exports: readonly { readonly signal: string; readonly request: object }[];
}

const recordings = new URL('../fixtures/recorded/', import.meta.url);
/** Larger ones only make a run slower. */
const RECORDED_BYTES_MAX = 60_000;

/** What real emitters sent, as JSON and as protobuf, moved in time so that their spans are taken. */
export function recordedPayloads(nowNano: bigint): readonly Payload[] {
  const types = { traces: exportTraceServiceRequestType(), logs: exportLogsServiceRequestType() };
  const payloads: Payload[] = [];
  for (const entry of readdirSync(recordings, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!entry.endsWith('.json')) continue;
    const recording = JSON.parse(readFileSync(new URL(entry, recordings), 'utf8')) as Recording;
    for (const { signal, request } of recording.exports ?? []) {
      if (signal !== 'traces' && signal !== 'logs') continue;
      const json = moveTo(JSON.stringify(request), nowNano);
      if (json.length > RECORDED_BYTES_MAX) continue;
      const type = types[signal];
      const message = type.fromObject(withBinaryIds(JSON.parse(json)) as Record<string, unknown>);
      payloads.push({ signal, json, protobuf: Buffer.from(type.encode(message).finish()) });
    }
  }
  return payloads;
}

/** Recorded times are of 2026; one digit group moves them to the run's second. */
function moveTo(json: string, nowNano: bigint): string {
  return json.replace(
    /("(?:start|end|observed)?[tT]ime(?:UnixNano)":")\d{10}(\d{9}")/g,
    (_all, key: string, rest: string) => `${key}${nowNano / 1_000_000_000n - 60n}${rest}`,
  );
}

/** protobufjs takes bytes as base64 or buffers, and OTLP/JSON has ids in hexadecimal. */
function withBinaryIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withBinaryIds);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      /^(traceId|spanId|parentSpanId)$/.test(key) && typeof inner === 'string'
        ? Buffer.from(inner, 'hex')
        : withBinaryIds(inner),
    ]),
  );
}

export type Part = Piece<never>;

function fixed64(number: number, value: bigint): Part {
  const bytes = Buffer.alloc(9);
  bytes.writeUInt8((number << 3) | 1, 0);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 1);
  return { bytes, marks: [] };
}

/** An ExportTraceServiceRequest of one resource and scope with these spans. */
export function traceRequest(spans: readonly Buffer[], resource: readonly Part[] = []): Buffer {
  const scopeSpans = field<never>(2, { bytes: Buffer.concat(spans), marks: [] });
  return field<never>(1, join([field<never>(1, join(resource)), scopeSpans])).bytes;
}

export interface SpanFields {
  readonly traceId?: Uint8Array;
  readonly spanId?: Uint8Array;
  readonly parentSpanId?: Uint8Array;
  readonly name?: string | Uint8Array;
  readonly startNano: bigint;
  readonly endNano?: bigint;
  readonly attributes: readonly Part[];
}

/** One span of a ScopeSpans, with ids of its own where it gives none. */
export function spanMessage(draw: Draw, span: SpanFields): Buffer {
  return field<never>(
    2,
    join([
      field<never>(1, span.traceId ?? draw.bytes(16)),
      field<never>(2, span.spanId ?? draw.bytes(8)),
      ...(span.parentSpanId === undefined ? [] : [field<never>(4, span.parentSpanId)]),
      field<never>(5, span.name ?? 'chat'),
      fixed64(7, span.startNano),
      fixed64(8, span.endNano ?? span.startNano + 1_000_000n),
      ...span.attributes.map((attribute) => field<never>(9, attribute)),
    ]),
  ).bytes;
}

const mediaTypes = { protobuf: 'application/x-protobuf', json: 'application/json' };

/** By HTTP, plain or compressed, and protobuf at times by gRPC. */
export function sendingOf(
  draw: Draw,
  body: Uint8Array,
  encoding: 'protobuf' | 'json' = 'protobuf',
  signal: 'traces' | 'logs' = 'traces',
): Sending {
  const isGzip = draw.isOnceIn(4);
  if (encoding === 'protobuf' && draw.isOnceIn(3)) return { via: 'grpc', signal, body, isGzip };
  return httpSending(isGzip ? gzipSync(body, { level: 1 }) : body, {
    path: `/v1/${signal}`,
    headers: { 'content-type': mediaTypes[encoding], ...(isGzip ? { 'content-encoding': 'gzip' } : {}) },
  });
}

export function httpSending(
  body: Uint8Array,
  { path = '/v1/traces', headers }: { path?: string; headers: Readonly<Record<string, string>> },
): Sending {
  return { via: 'http', request: { path, headers, body } };
}
