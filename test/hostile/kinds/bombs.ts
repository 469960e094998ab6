import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { MALFORMED, TAKEN, TOO_LARGE, type Kind } from '../hostileCase.ts';
import { httpSending } from '../payloads.ts';

const MEBIBYTE = 1024 * 1024;
const bombs = new Map<string, Buffer>();

/** Made once: what is slow is to make them. */
function bomb(mebibytes: number, byte: number): Buffer {
  const name = `${mebibytes} ${byte}`;
  const made = bombs.get(name) ?? gzipSync(Buffer.alloc(mebibytes * MEBIBYTE, byte));
  bombs.set(name, made);
  return made;
}

const encodings = ['application/x-protobuf', 'application/json'];

/** Kilobytes that inflate to the limit and beyond it, several in one stream, and one in another. */
export const gzipBomb: Kind = {
  name: 'gzip bombs',
  share: 3,
  // A protobuf of nothing but fields that nobody knows is right.
  allowed: [...TAKEN, ...MALFORMED, ...TOO_LARGE],
  make(draw) {
    const inner = bomb(draw.oneOf([19, 21, 64]), draw.oneOf([0, 0x20, 0x5b, 0xff]));
    const body = draw.isOnceIn(3) ? gzipSync(inner) : draw.isOnceIn(3) ? Buffer.concat([inner, inner]) : inner;
    return httpSending(body, { headers: { 'content-type': draw.oneOf(encodings), 'content-encoding': 'gzip' } });
  },
};

/** Streams that are cut, spoilt, of another format, empty, or go on after their end. */
export const spoiltCompression: Kind = {
  name: 'spoilt compression',
  share: 30,
  allowed: [...TAKEN, ...MALFORMED],
  make(draw) {
    const plain = Buffer.from('{"resourceSpans":[]}');
    const streams = [
      gzipSync(plain),
      deflateSync(plain),
      deflateRawSync(plain),
      plain,
      Buffer.alloc(0),
      draw.bytes(draw.below(100)),
    ];
    let body = draw.oneOf(streams);
    if (draw.isOnceIn(2)) body = body.subarray(0, draw.below(body.length + 1));
    if (draw.isOnceIn(3)) body = Buffer.concat([body, draw.bytes(draw.below(20))]);
    const encoding = draw.oneOf(['gzip', 'deflate', 'x-gzip', 'identity', 'GZIP']);
    return httpSending(body, { headers: { 'content-type': 'application/json', 'content-encoding': encoding } });
  },
};

/** Paths, methods and headers that are none of OTLP's. */
export const strangeHeaders: Kind = {
  name: 'other paths, methods and types',
  share: 30,
  allowed: ['http 400', 'http 401', 'http 403', 'http 404', 'http 405', 'http 415', 'http 200'],
  make(draw) {
    const path = draw.oneOf([
      '/v1/traces',
      '/v1/logs',
      '/v1/metrics',
      '/v1/traces/',
      '/',
      '//v1/traces',
      '/v1/traces?a=b',
      '/%00',
      '/..%2f',
      '*',
    ]);
    const method = draw.oneOf(['POST', 'GET', 'PUT', 'OPTIONS', 'DELETE', 'PATCH']);
    const headers: Record<string, string> = {};
    if (!draw.isOnceIn(4))
      headers['content-type'] = draw.oneOf([
        'application/json',
        'application/x-protobuf; charset=x',
        'text/plain',
        'APPLICATION/JSON',
        ';',
        'x'.repeat(4_000),
      ]);
    if (draw.isOnceIn(3)) headers['content-encoding'] = draw.oneOf(['br', 'zstd', 'gzip, gzip', '', 'identity']);
    if (draw.isOnceIn(8))
      headers['authorization'] = draw.oneOf(['Bearer', 'Basic eDp5', `Bearer tg_${'a'.repeat(43)}`, 'Bearer \u00ff']);
    if (draw.isOnceIn(8)) headers['origin'] = 'https://elsewhere.example';
    return { via: 'http', request: { method, path, headers, body: Buffer.from('{}') } };
  },
};
