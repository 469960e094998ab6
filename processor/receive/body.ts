import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { TollgateError } from '../../src/errors.ts';
import type { BodyShare } from './bodyBudget.ts';
import type { ReceiveLimits } from './limits.ts';
import type { Compression } from './mediaType.ts';

/** Bigger pieces than zlib's 16 KiB save a crossing each; exports inflate to a megabyte or so. */
const INFLATE_CHUNK_BYTES = 64 * 1024;

export interface BodyReading {
  readonly limits: ReceiveLimits;
  readonly share: BodyShare;
  /** Aborted when the receiver closes: a body that has not arrived by then is refused. */
  readonly closing: AbortSignal;
}

/**
 * The body as sent. Rejects with `body_too_large`, `overloaded`, `request_timeout` or `shutting_down`; the rest of the
 * body is then still on its way, so that the refusal can be answered.
 */
export async function readBody(request: IncomingMessage, reading: BodyReading): Promise<Buffer> {
  const { limits, share, closing } = reading;
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > limits.bodyBytes) throw bodyTooLarge(limits, `${declared}`);
  const chunks: Buffer[] = [];
  let length = 0;
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > limits.bodyBytes) {
        settle(bodyTooLarge(limits, 'more'));
        return;
      }
      try {
        share.take(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        settle(error);
      }
    };
    const onEnd = (): void => settle();
    const onGone = (): void => settle(new TollgateError('bad_request', 'The connection ended before the body did'));
    const onClosing = (): void => settle(new TollgateError('shutting_down', 'The service is stopping; come again'));
    const deadline = setTimeout(() => {
      const message = `The body took longer than ${limits.requestDeadlineMs} ms to arrive; ${length} bytes had come`;
      settle(new TollgateError('request_timeout', message));
    }, limits.requestDeadlineMs);
    function settle(error?: unknown): void {
      clearTimeout(deadline);
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      closing.removeEventListener('abort', onClosing);
      if (error === undefined) resolve();
      else reject(error);
    }
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
    closing.addEventListener('abort', onClosing);
    if (request.destroyed) onGone();
    else if (closing.aborted) onClosing();
  });
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length);
}

/** Stops at the limit, however little a bomb weighs: what is inflated is counted piece by piece. */
export async function decompress(compression: Compression, body: Buffer, reading: BodyReading): Promise<Buffer> {
  if (compression === 'identity') return body;
  const { limits, share } = reading;
  const inflater = createInflater(compression, body);
  const chunks: Buffer[] = [];
  let length = 0;
  inflater.end(body);
  try {
    for await (const chunk of inflater) {
      if (!Buffer.isBuffer(chunk)) continue;
      length += chunk.length;
      if (length > limits.bodyBytes) throw bodyTooLarge(limits, 'more after decompression');
      share.take(chunk.length);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof TollgateError) throw error;
    const found = error instanceof Error ? error.message : 'something else';
    throw new TollgateError('malformed_payload', `The body: expected ${compression} data, found ${found}`, {
      cause: error,
    });
  }
  return Buffer.concat(chunks, length);
}

/** HTTP's `deflate` is the zlib format; some senders leave its header away, whose first byte always ends in 8. */
function createInflater(compression: 'gzip' | 'deflate', body: Buffer): Transform {
  const options = { chunkSize: INFLATE_CHUNK_BYTES };
  if (compression === 'gzip') return createGunzip(options);
  return ((body[0] ?? 8) & 0x0f) === 8 ? createInflate(options) : createInflateRaw(options);
}

export function bodyTooLarge(limits: ReceiveLimits, found: string): TollgateError {
  return new TollgateError('body_too_large', `The body: expected at most ${limits.bodyBytes} bytes, found ${found}`);
}
