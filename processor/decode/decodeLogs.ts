import type { WantedLogs } from '../../src/log.ts';
import type { DecodedLogs } from './decodedLogs.ts';
import { decodeJsonLogs } from './jsonLogs.ts';
import { decodeProtobufLogs } from './protobufLogs.ts';

/**
 * Reads an OTLP ExportLogsServiceRequest. Records of events that nobody wants are stepped over: nothing of them is made
 * into a value, however long their bodies are. Throws as `decodeTraces` does.
 */
export function decodeLogs(encoding: 'protobuf' | 'json', body: Uint8Array, wanted: WantedLogs): DecodedLogs {
  return encoding === 'protobuf' ? decodeProtobufLogs(body, wanted) : decodeJsonLogs(body, wanted);
}
