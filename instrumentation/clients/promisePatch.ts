import { finished } from 'node:stream';
import type { OngoingCall } from '../calls/call.ts';
import { isApiStream, overrideOn } from './clientShapes.ts';
import type { ApiPromise } from './clientShapes.ts';
import { sayFault } from '../fault.ts';
import { isFields } from '../fields.ts';
import { watchStream } from './streamPatch.ts';

/**
 * Watches what the application makes of its promise, on the instance: the SDK's own object goes back, and nothing here
 * calls `then` on it, which would read the body before anybody asked. `derived` promises (`_thenUnwrap`: `parse()`,
 * embeddings, every `create()` of openai 7) pass the result through a transform; only their failures are read here.
 */
export function watchPromise(promise: ApiPromise, call: OngoingCall, derived = false): void {
  const { parseResponse, asResponse, _thenUnwrap: unwrap } = promise;
  overrideOn(promise, 'parseResponse', (...args: unknown[]) =>
    parseResponse.apply(promise, args).then(
      (data) => (derived ? data : takeResult(data, call)),
      (error: unknown) => {
        call.end(error);
        throw error;
      },
    ),
  );
  overrideOn(promise, 'asResponse', (): Promise<Response> => {
    const response = asResponse.call(promise);
    // `withResponse()` asks too, after `parse()`, which reads the body itself.
    if (promise.parsedPromise !== undefined) return response;
    call.readsRaw = true;
    return response.then((raw) => watchRaw(raw, call));
  });
  if (unwrap === undefined) return;
  overrideOn(promise, '_thenUnwrap', (transform: (data: unknown, ...rest: unknown[]) => unknown): ApiPromise => {
    const next = unwrap.call(promise, (data, ...rest) => transform(takeResult(data, call), ...rest));
    watchPromise(next, call, true);
    return next;
  });
}

/** A derived promise passes the same object again. Weak: a call must not hold the stream whose loss would end it. */
const taken = new WeakSet<object>();

function takeResult(data: unknown, call: OngoingCall): unknown {
  if (isFields(data)) {
    if (taken.has(data)) return data;
    taken.add(data);
  }
  try {
    if (isApiStream(data)) {
      watchStream(data, call);
      return data;
    }
    call.readResponse(data);
  } catch (fault) {
    sayFault('reading a response', fault);
  }
  call.end();
  return data;
}

/** The application reads the body: through `json()` or `text()` usage is seen, otherwise only the end. */
function watchRaw(response: Response, call: OngoingCall): Response {
  try {
    const { body } = response;
    if (body === null) call.end();
    // Waits without taking the reader, so the application's is not refused.
    else if (body instanceof ReadableStream)
      finished(body as unknown as NodeJS.ReadableStream, () => setImmediate(() => call.end()));
    const json = response.json.bind(response);
    const text = response.text.bind(response);
    overrideOn(response, 'json', async () => {
      const value: unknown = await json();
      call.readResponse(value);
      call.end();
      return value;
    });
    overrideOn(response, 'text', async () => {
      const value = await text();
      readText(value, call);
      call.end();
      return value;
    });
  } catch (fault) {
    sayFault('reading a raw response', fault);
  }
  return response;
}

const EVENT_DATA = /^data: ?(\{.*\})\r?$/gm;

/** A JSON answer, or a whole event stream read as text. */
function readText(text: string, call: OngoingCall): void {
  try {
    if (text.startsWith('{')) call.readResponse(JSON.parse(text));
    else for (const [, data = ''] of text.matchAll(EVENT_DATA)) call.readEvent(JSON.parse(data));
  } catch {
    // Not an answer; the application has its text, the span no usage.
  }
}
