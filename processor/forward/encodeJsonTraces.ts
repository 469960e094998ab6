import { KIND_NAMES, STATUS_NAMES } from '../decode/jsonEnums.ts';
import { toObject } from '../decode/jsonShape.ts';
import { parseJson } from '../decode/jsonText.ts';
import { BackwardWriter } from './backwardWriter.ts';
import { keyValues } from './jsonAttributes.ts';
import {
  enumOf,
  fixed32,
  fixed64,
  id,
  message,
  messages,
  text,
  texts,
  uint32,
  writeFields,
  type MessageFields,
} from './jsonFields.ts';

// opentelemetry-proto 1.8: collector/trace/v1/trace_service.proto and trace/v1/trace.proto, resource/v1/resource.proto and
// common/v1/common.proto, which these build on.
const ENTITY_REF: MessageFields = [
  [1, 'schemaUrl', text],
  [2, 'type', text],
  [3, 'idKeys', texts],
  [4, 'descriptionKeys', texts],
];
const RESOURCE: MessageFields = [
  [1, 'attributes', keyValues],
  [2, 'droppedAttributesCount', uint32],
  [3, 'entityRefs', messages(ENTITY_REF)],
];
const SCOPE: MessageFields = [
  [1, 'name', text],
  [2, 'version', text],
  [3, 'attributes', keyValues],
  [4, 'droppedAttributesCount', uint32],
];
const EVENT: MessageFields = [
  [1, 'timeUnixNano', fixed64],
  [2, 'name', text],
  [3, 'attributes', keyValues],
  [4, 'droppedAttributesCount', uint32],
];
const LINK: MessageFields = [
  [1, 'traceId', id],
  [2, 'spanId', id],
  [3, 'traceState', text],
  [4, 'attributes', keyValues],
  [5, 'droppedAttributesCount', uint32],
  [6, 'flags', fixed32],
];
const STATUS: MessageFields = [
  [2, 'message', text],
  [3, 'code', enumOf(STATUS_NAMES)],
];
const SPAN: MessageFields = [
  [1, 'traceId', id],
  [2, 'spanId', id],
  [3, 'traceState', text],
  [4, 'parentSpanId', id],
  [5, 'name', text],
  [6, 'kind', enumOf(KIND_NAMES)],
  [7, 'startTimeUnixNano', fixed64],
  [8, 'endTimeUnixNano', fixed64],
  [9, 'attributes', keyValues],
  [10, 'droppedAttributesCount', uint32],
  [11, 'events', messages(EVENT)],
  [12, 'droppedEventsCount', uint32],
  [13, 'links', messages(LINK)],
  [14, 'droppedLinksCount', uint32],
  [15, 'status', message(STATUS)],
  [16, 'flags', fixed32],
];
const SCOPE_SPANS: MessageFields = [
  [1, 'scope', message(SCOPE)],
  [2, 'spans', messages(SPAN)],
  [3, 'schemaUrl', text],
];
const RESOURCE_SPANS: MessageFields = [
  [1, 'resource', message(RESOURCE)],
  [2, 'scopeSpans', messages(SCOPE_SPANS)],
  [3, 'schemaUrl', text],
];
const REQUEST: MessageFields = [[1, 'resourceSpans', messages(RESOURCE_SPANS)]];

/**
 * An ExportTraceServiceRequest of OTLP/JSON as protobuf, every span in its place. Nothing that protobuf can say is lost:
 * 64-bit integers keep all digits, whether they stand as text or as numbers. Throws what the decoder throws for JSON that
 * is not such a request, `malformed_payload` with the path, also in the fields that the decoder steps over.
 */
export function encodeJsonTraces(body: Uint8Array): Buffer {
  const request = toObject(parseJson(body), '$');
  // JSON's names and quotes take more than the tags, so it is seldom moved to larger memory.
  const out = new BackwardWriter(body.length);
  writeFields(out, REQUEST, request, '');
  return out.result();
}
