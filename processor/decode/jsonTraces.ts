import type {
  AttributeValue,
  ReceivedSpan,
  Resource,
  Scope,
  SpanKind,
  SpanStatus,
  WantedKeys,
} from '../../src/span.ts';
import type { DecodedTraces } from './decodedTraces.ts';
import { readJsonAttributes } from './jsonAttributes.ts';
import { KIND_NAMES, readEnum, STATUS_NAMES } from './jsonEnums.ts';
import { readJsonRequest } from './jsonRequest.ts';
import { optionalObject, optionalString, optionalUint64, own, type JsonObject } from './jsonShape.ts';
import { toSpanKind, toSpanStatus } from './protobufSpan.ts';
import { RequestTally } from './requestTally.ts';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './limits.ts';
import { idFault } from './spanIds.ts';

const names = { resources: 'resourceSpans', scopes: 'scopeSpans', items: 'spans' };

/** The JSON mapping of OTLP: ids in hexadecimal, 64-bit integers as text or number, enums as number or name. */
export function decodeJsonTraces(body: Uint8Array, wanted: WantedKeys): DecodedTraces {
  const tally = new RequestTally('span');
  const pass = { wanted, tally };
  const { items, ordinals } = readJsonRequest(body, {
    names,
    ...pass,
    readItem: (source, path, resource, scope) => readSpan(source, path, pass, resource, scope),
  });
  return { spans: items, ordinals, rejected: tally.result() };
}

interface Pass {
  readonly wanted: WantedKeys;
  readonly tally: RequestTally;
}

/** Null for a span that is rejected alone. */
function readSpan(source: JsonObject, path: string, pass: Pass, resource: Resource, scope: Scope): ReceivedSpan | null {
  const traceId = optionalString(source, 'traceId', path).toLowerCase();
  const spanId = optionalString(source, 'spanId', path).toLowerCase();
  const parentSpanId = optionalString(source, 'parentSpanId', path).toLowerCase();
  const status = readStatus(optionalObject(source, 'status', path), `${path}.status`);
  const attributes = new Map<string, AttributeValue>();
  readJsonAttributes(source, path, pass.wanted, pass.tally, attributes);
  const span: ReceivedSpan = {
    traceId,
    spanId,
    parentSpanId: /^0*$/.test(parentSpanId) ? null : parentSpanId,
    traceState: optionalString(source, 'traceState', path),
    name: optionalString(source, 'name', path),
    kind: readKind(own(source, 'kind'), `${path}.kind`),
    startUnixNano: optionalUint64(source, 'startTimeUnixNano', path),
    endUnixNano: optionalUint64(source, 'endTimeUnixNano', path),
    status: status.code,
    statusMessage: status.message,
    attributes,
    resource,
    scope,
  };
  const fault =
    hexFault('trace_id', traceId, TRACE_ID_BYTES) ??
    hexFault('span_id', spanId, SPAN_ID_BYTES) ??
    (parentSpanId === '' ? null : hexFault('parent_span_id', parentSpanId, SPAN_ID_BYTES));
  if (fault === null) return span;
  pass.tally.reject(fault);
  return null;
}

function hexFault(field: 'trace_id' | 'span_id' | 'parent_span_id', hex: string, bytes: number): string | null {
  if (!/^[0-9a-f]*$/.test(hex)) return idFault(field, 'text');
  if (hex.length !== 2 * bytes) return idFault(field, hex.length / 2);
  return field !== 'parent_span_id' && /^0*$/.test(hex) ? idFault(field, 'zero') : null;
}

function readKind(value: unknown, path: string): SpanKind {
  return toSpanKind(readEnum(value, KIND_NAMES, path));
}

function readStatus(source: JsonObject | null, path: string): { code: SpanStatus; message: string } {
  if (source === null) return { code: 'unset', message: '' };
  return {
    code: toSpanStatus(readEnum(own(source, 'code'), STATUS_NAMES, `${path}.code`)),
    message: optionalString(source, 'message', path),
  };
}
