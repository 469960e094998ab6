import type { IncomingMessage } from 'node:http';
import { TollgateError } from '../../src/errors.ts';
import type { Caller } from '../access/caller.ts';

const POLICY_BODY_BYTES_MAX = 64 * 1024;
const BODY_DEADLINE_MS = 10_000;
/** How much of a refused body is taken and thrown away, so that its sender comes to read the refusal. */
const DISCARDED_BYTES_MAX = 1024 * 1024;
const MESSAGE_CHARS_MAX = 200;

/** What is to be called when the service stops. */
export type Stops = Pick<Set<() => void>, 'add' | 'delete'>;

/** Throws `unsupported_media_type`, before anything of the body is read. */
export function requireJson({ headers }: IncomingMessage): void {
  const type = headers['content-type'];
  if (type !== 'application/json' && type?.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') {
    throw new TollgateError(
      'unsupported_media_type',
      `Content-Type: expected application/json, found ${type ?? 'none'}`,
    );
  }
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw new TollgateError('unsupported_media_type', `Content-Encoding: expected none, found ${encoding}`);
  }
}

/**
 * The body's JSON. Rejects with `body_too_large`, `request_timeout`, `shutting_down` or `bad_request`; what has not arrived by then is
 * still on its way: `discardRest` takes it.
 */
export async function readJsonBody(
  request: IncomingMessage,
  stops: Stops,
  { quota }: Pick<Caller, 'quota'>,
): Promise<unknown> {
  const bytesMax = Math.min(POLICY_BODY_BYTES_MAX, quota?.bodyBytesMax ?? Infinity);
  const text = (await readBody(request, stops, bytesMax)).toString();
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const found = cause instanceof Error ? cause.message.slice(0, MESSAGE_CHARS_MAX) : 'something else';
    throw new TollgateError(
      'bad_request',
      `The body: expected a JSON object, found ${text === '' ? 'nothing' : found}`,
      { cause },
    );
  }
}

function readBody(request: IncomingMessage, stops: Stops, bytesMax: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) return Promise.reject(tooLarge(bytesMax));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (fault: Error | null): void => {
      clearTimeout(deadline);
      stops.delete(onStop);
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      const [only] = chunks;
      if (fault !== null) reject(fault);
      else resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, length));
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length > bytesMax) settle(tooLarge(bytesMax));
      else chunks.push(chunk);
    };
    const onEnd = (): void => settle(null);
    const onGone = (): void => settle(new TollgateError('bad_request', 'The connection ended before the body did'));
    const onStop = (): void => settle(new TollgateError('shutting_down', 'The service is stopping; come again'));
    const deadline = setTimeout(() => {
      const message = `The body took longer than ${BODY_DEADLINE_MS} ms to arrive; ${length} bytes had come`;
      settle(new TollgateError('request_timeout', message));
    }, BODY_DEADLINE_MS);
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
    stops.add(onStop);
    if (request.destroyed) onGone();
  });
}

function tooLarge(bytesMax: number): TollgateError {
  return new TollgateError('body_too_large', `The body: expected at most ${bytesMax} bytes, found more`);
}

/** Lets the sender of a refused body finish, up to a bound, and cuts it off there. */
export function discardRest(request: IncomingMessage): void {
  if (request.complete || request.destroyed) {
    request.resume();
    return;
  }
  const cut = (): void => void request.socket.destroy();
  const deadline = setTimeout(cut, BODY_DEADLINE_MS);
  let discarded = 0;
  request.on('error', cut);
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > DISCARDED_BYTES_MAX) cut();
  });
  request.once('close', () => clearTimeout(deadline));
  request.once('end', () => clearTimeout(deadline));
}
