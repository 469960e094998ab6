import type { ReceivedLog, WantedLogs } from '../../src/log.ts';
import type { DecodedLogs } from './decodedLogs.ts';
import { KeyTable, keyTableOf } from './keyTable.ts';
import { LogRecordDecoder } from './protobufLogRecord.ts';
import { RequestPass } from './protobufRequest.ts';
import { RequestTally } from './requestTally.ts';
import { WireReader } from './wireReader.ts';

export function decodeProtobufLogs(body: Uint8Array, wanted: WantedLogs): DecodedLogs {
  const reader = new WireReader(body);
  const keys = keyTableOf(wanted.keys);
  const tally = new RequestTally('log record');
  const decoder = new LogRecordDecoder({
    reader,
    keys,
    tally,
    events: wanted.events,
    eventTable: eventTableOf(wanted),
  });
  const pass = new RequestPass<ReceivedLog>(reader, keys, tally, decoder);
  pass.readRequest(reader.bytes.length);
  return { logs: pass.items, received: pass.received, rejected: tally.result() };
}

const eventTables = new WeakMap<WantedLogs, KeyTable>();

/** Event names are found in bytes as keys are: without a string of every body and name that goes by. */
function eventTableOf(wanted: WantedLogs): KeyTable {
  const known = eventTables.get(wanted);
  if (known !== undefined) return known;
  const table = new KeyTable({ exact: wanted.events, prefixes: [] });
  eventTables.set(wanted, table);
  return table;
}
