import type { WantedKeys } from '../../src/span.ts';
import type { DecodedTraces } from './decodedTraces.ts';
import { decodeJsonTraces } from './jsonTraces.ts';
import { decodeProtobufTraces } from './protobufTraces.ts';

/**
 * Reads an OTLP ExportTraceServiceRequest. Of the attributes only wanted keys are made into values; of the spans only
 * what ReceivedSpan names. Throws `malformed_payload` with the byte offset or JSON path for a payload that is not one,
 * `body_too_large` for one that holds more than `limits.ts` allows.
 */
export function decodeTraces(encoding: 'protobuf' | 'json', body: Uint8Array, wanted: WantedKeys): DecodedTraces {
  return encoding === 'protobuf' ? decodeProtobufTraces(body, wanted) : decodeJsonTraces(body, wanted);
}
