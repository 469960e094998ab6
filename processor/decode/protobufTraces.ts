import type { ReceivedSpan, WantedKeys } from '../../src/span.ts';
import type { DecodedTraces } from './decodedTraces.ts';
import { keyTableOf } from './keyTable.ts';
import { RequestPass } from './protobufRequest.ts';
import { SpanDecoder } from './protobufSpan.ts';
import { RequestTally } from './requestTally.ts';
import { WireReader } from './wireReader.ts';

export function decodeProtobufTraces(body: Uint8Array, wanted: WantedKeys): DecodedTraces {
  const reader = new WireReader(body);
  const keys = keyTableOf(wanted);
  const tally = new RequestTally('span');
  const pass = new RequestPass<ReceivedSpan>(reader, keys, tally, new SpanDecoder(reader, keys, tally));
  pass.readRequest(reader.bytes.length);
  return { spans: pass.items, ordinals: pass.ordinals, rejected: tally.result() };
}
