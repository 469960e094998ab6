import { EVENT_NAME_KEY, type ReceivedLog, type WantedLogs } from '../../src/log.ts';
import type { AttributeValue, Resource, Scope } from '../../src/span.ts';
import type { DecodedLogs } from './decodedLogs.ts';
import { readJsonAttributes } from './jsonAttributes.ts';
import { readJsonRequest } from './jsonRequest.ts';
import { optionalObject, optionalString, optionalUint64, own, type JsonObject } from './jsonShape.ts';
import { LOG_BODY_BYTES_MAX, SPAN_ID_BYTES, TRACE_ID_BYTES } from './limits.ts';
import { RequestTally } from './requestTally.ts';

const names = { resources: 'resourceLogs', scopes: 'scopeLogs', items: 'logRecords' };

export function decodeJsonLogs(body: Uint8Array, wanted: WantedLogs): DecodedLogs {
  const tally = new RequestTally('log record');
  const { items, received } = readJsonRequest(body, {
    names,
    wanted: wanted.keys,
    tally,
    readItem: (source, path, resource, scope) => readLogRecord(source, path, { wanted, tally }, resource, scope),
  });
  return { logs: items, received, rejected: tally.result() };
}

/** Null for a record whose event is not wanted. */
function readLogRecord(
  source: JsonObject,
  path: string,
  { wanted, tally }: { wanted: WantedLogs; tally: RequestTally },
  resource: Resource,
  scope: Scope,
): ReceivedLog | null {
  const attributes = new Map<string, AttributeValue>();
  readJsonAttributes(source, path, wanted.keys, tally, attributes);
  const eventName = optionalString(source, 'eventName', path);
  const body = readBody(optionalObject(source, 'body', path));
  const named = attributes.get(EVENT_NAME_KEY);
  const isNamed = typeof named === 'string' && wanted.events.has(named);
  if (!isNamed && !wanted.events.has(eventName) && !wanted.events.has(body)) return null;
  return {
    traceId: readId(source, 'traceId', TRACE_ID_BYTES, path),
    spanId: readId(source, 'spanId', SPAN_ID_BYTES, path),
    timeUnixNano: optionalUint64(source, 'timeUnixNano', path),
    observedTimeUnixNano: optionalUint64(source, 'observedTimeUnixNano', path),
    eventName,
    // Cut by bytes, as the protobuf reader cuts, so that both encodings of a record say the same.
    body: Buffer.from(body.slice(0, LOG_BODY_BYTES_MAX)).subarray(0, LOG_BODY_BYTES_MAX).toString(),
    attributes,
    resource,
    scope,
  };
}

function readBody(value: JsonObject | null): string {
  const text = value === null ? null : own(value, 'stringValue');
  return typeof text === 'string' ? text : '';
}

/** "If the field contains an invalid value", says logs.proto, the record is taken as belonging to no trace. */
function readId(source: JsonObject, key: string, bytes: number, path: string): string | null {
  const hex = optionalString(source, key, path).toLowerCase();
  const isId = hex.length === 2 * bytes && /^[0-9a-f]*$/.test(hex) && !/^0*$/.test(hex);
  return isId ? hex : null;
}
