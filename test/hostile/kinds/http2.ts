import http2 from 'node:http2';
import { setTimeout as delay } from 'node:timers/promises';
import type { Kind, Outcome, Target } from '../hostileCase.ts';
import { RawSocket } from '../rawSocket.ts';

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const TYPES = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  window: 8,
  continuation: 9,
};
const CLIENT_MS = 3_000;

/** RFC 9113, section 4.1: length, type, flags, stream. */
function frame(type: number, flags: number, stream: number, payload: Uint8Array, length = payload.length): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

/** `:method: POST` of HPACK's static table, then a literal header of one byte and `value`. */
const headerBlock = (value: string): Buffer =>
  Buffer.concat([Buffer.from([0x83, 0x40, 1, 0x78, value.length]), Buffer.from(value)]);

const wrongFrames = [
  () => frame(TYPES.data, 0, 1, Buffer.alloc(0), 0xffffff),
  () => frame(TYPES.headers, 0, 1, headerBlock('x'), 0xffffff),
  () => frame(TYPES.data, 1, 1, Buffer.from('data before headers')),
  () => frame(TYPES.settings, 0, 7, Buffer.alloc(6)),
  () => frame(TYPES.window, 0, 0, Buffer.alloc(4)),
  () => frame(TYPES.continuation, 4, 1, headerBlock('x')),
  () => frame(TYPES.goaway, 0, 0, Buffer.alloc(8)),
  () => frame(0xff, 0xff, 0x7fffffff, Buffer.alloc(100)),
  () =>
    Buffer.concat([
      frame(TYPES.headers, 0, 1, headerBlock('x')),
      ...Array.from({ length: 500 }, () => frame(TYPES.continuation, 0, 1, headerBlock('y'.repeat(100)))),
    ]),
  () => Buffer.concat(Array.from({ length: 2_000 }, () => frame(TYPES.settings, 0, 0, Buffer.alloc(0)))),
  () => Buffer.concat(Array.from({ length: 2_000 }, () => frame(TYPES.ping, 0, 0, Buffer.alloc(8)))),
  () =>
    Buffer.concat(Array.from({ length: 500 }, (_, index) => frame(TYPES.priority, 0, 2 * index + 1, Buffer.alloc(5)))),
];

/** Frames that HTTP/2 forbids, headers that never end, floods of settings, pings and priorities. */
export const wrongHttp2: Kind = {
  name: 'HTTP/2 frames that are wrong',
  share: 15,
  allowed: ['left'],
  make: (draw) => {
    const makeFrames = draw.oneOf(wrongFrames);
    const isPrefaced = !draw.isOnceIn(6);
    return {
      via: 'socket',
      async play({ grpc }) {
        const socket = new RawSocket(grpc);
        if (isPrefaced)
          socket.write(Buffer.concat([Buffer.from(PREFACE), frame(TYPES.settings, 0, 0, Buffer.alloc(0))]));
        socket.write(makeFrames());
        await socket.answer(() => false, 300);
        socket.destroy();
        return 'left';
      },
    };
  },
};

/** Streams opened and reset at once, hundreds of them (CVE-2023-44487). */
export const rapidReset: Kind = {
  name: 'HTTP/2 rapid reset',
  share: 3,
  allowed: ['left'],
  make: (draw) => {
    const streams = 100 + draw.below(400);
    return {
      via: 'socket',
      play: (target) =>
        withSession(target, async (session) => {
          for (let count = 0; count < streams && !session.destroyed && !session.closed; count += 1) {
            const stream = session.request(exportHeaders(target));
            stream.on('error', () => undefined);
            stream.close(http2.constants.NGHTTP2_CANCEL);
          }
          await delay(50);
          return 'left';
        }),
    };
  },
};

const messages = [
  Buffer.alloc(0),
  Buffer.from([0, 0, 0, 0]),
  Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]),
  Buffer.from([1, 0, 0, 0, 3, 1, 2, 3]),
  Buffer.from([2, 0, 0, 0, 1, 0]),
  Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), Buffer.from([0, 0, 0, 0, 0])]),
  Buffer.from([0, 0, 0, 0, 9, 1]),
];

/** gRPC messages whose frame lies, that come twice, not at all, or compressed as nobody said. */
export const wrongGrpcMessages: Kind = {
  name: 'gRPC messages that are wrong',
  share: 20,
  allowed: ['grpc 0', 'grpc 3', 'grpc 8', 'grpc 12', 'grpc 13', 'grpc 1', 'grpc 4', 'closed', 'left'],
  make: (draw) => {
    const message = draw.oneOf(messages);
    const more = draw.oneOf([
      {},
      { 'grpc-encoding': 'gzip' },
      { 'grpc-encoding': 'unheard-of' },
      { 'grpc-timeout': '1n' },
      { 'grpc-timeout': 'x' },
      { te: 'trailers' },
    ]);
    const isEnded = !draw.isOnceIn(4);
    return {
      via: 'socket',
      play: (target) =>
        withSession(target, async (session) => {
          const stream = session.request({ ...exportHeaders(target), ...more });
          const answered = new Promise<Outcome>((resolve) => {
            const take = (headers: http2.IncomingHttpHeaders): void => {
              if (headers['grpc-status'] !== undefined)
                resolve(headers['grpc-status'] === '14' ? 'shed' : `grpc ${String(headers['grpc-status'])}`);
            };
            stream
              .on('response', take)
              .on('trailers', take)
              .on('error', () => undefined)
              .on('close', () => resolve('closed'));
          });
          stream.resume();
          if (isEnded) stream.end(message);
          else stream.write(message);
          return Promise.race([answered, delay(isEnded ? CLIENT_MS : 300, 'left')]);
        }),
    };
  },
};

function exportHeaders({ key }: Target): http2.OutgoingHttpHeaders {
  return {
    ':method': 'POST',
    ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
    'content-type': 'application/grpc',
    authorization: `Bearer ${key}`,
  };
}

async function withSession(
  target: Target,
  play: (session: http2.ClientHttp2Session) => Promise<Outcome>,
): Promise<Outcome> {
  const session = http2.connect(`http://${target.grpc.host}:${target.grpc.port}`);
  session.on('error', () => undefined);
  try {
    return await play(session);
  } catch {
    return 'closed';
  } finally {
    session.destroy();
  }
}
