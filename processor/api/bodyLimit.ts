import { Transform } from 'node:stream';
import type { FastifyRequest, RequestPayload } from 'fastify';
import { TollgateError } from '../../src/errors.ts';

/** The body of a request as far as its key may send it. Throws `body_too_large`, or the body that is read does. */
export function withinKeyLimit(request: FastifyRequest, payload: RequestPayload): RequestPayload {
  const bytesMax = request.caller?.quota?.bodyBytesMax ?? null;
  if (bytesMax === null) return payload;
  const tooLarge = (): TollgateError =>
    new TollgateError('body_too_large', `The body: expected at most ${bytesMax} bytes, found more`);
  const declared = request.headers['content-length'];
  if (declared !== undefined) {
    if (Number(declared) > bytesMax) throw tooLarge();
    return payload;
  }
  let length = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length > bytesMax) done(tooLarge());
      else done(null, chunk);
    },
  });
  payload.on('error', (fault) => counted.destroy(fault));
  payload.once('close', () => {
    if (!counted.writableEnded)
      counted.destroy(new TollgateError('bad_request', 'The connection ended before the body'));
  });
  return payload.pipe(counted);
}
