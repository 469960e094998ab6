import { crc32 } from 'node:zlib';

/** One message of `application/vnd.amazon.eventstream`, with string headers and the checksums that clients check. */
export function eventFrame(headers: Readonly<Record<string, string>>, payload: string | Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => stringHeader(name, value)));
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const message = Buffer.concat([prelude, head, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(message), 0);
  return Buffer.concat([message, checksum]);
}

const STRING = 7;

function stringHeader(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value), 0);
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([STRING]),
    length,
    Buffer.from(value),
  ]);
}

/** An event as Converse sends it: its name in a header, its members as JSON. */
export const namedFrame = (name: string, data: object): Buffer =>
  eventFrame(
    { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' },
    JSON.stringify(data),
  );

/** An event of a model's own, as InvokeModelWithResponseStream wraps it. */
export const chunkFrame = (data: object): Buffer =>
  namedFrame('chunk', { bytes: Buffer.from(JSON.stringify(data)).toString('base64'), p: 'abcd' });

/** A failure after the answer has begun. */
export const exceptionFrame = (type: string, message: string): Buffer =>
  eventFrame(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    JSON.stringify({ message }),
  );
