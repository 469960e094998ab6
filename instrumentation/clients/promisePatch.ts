import { finished } from 'node:stream';
import type { OngoingCall } from '../calls/call.ts';
import { isApiStream, overrideOn } from './clientShapes.ts';
import type { ApiPromise } from './clientShapes.ts';
import { asCall } from '../calls/currentCall.ts';
import { sayFault } from '../fault.ts';
import { watchResponse } from '../fetch/watchResponse.ts';
import { isFields } from '../fields.ts';
import { watchStream } from './streamPatch.ts';

/**
 * Watches what the application makes of its promise, on the instance: the SDK's own object goes back, and nothing here
 * calls `then` on it, which would read the body before anybody asked. `derived` promises (`_thenUnwrap`: `parse()`,
 * embeddings, every `create()` of openai 7) pass the result through a transform; only their failures are read here.
 */
export function watchPromise(promise: ApiPromise, call: OngoingCall, derived = false): void {
  const { parseResponse, asResponse, _thenUnwrap: unwrap, _responseProps: responseProps } = promise;
  // Inside the call: openai 7 sends the request again when a body does not come in time.
  const parse = (args: unknown[]): Promise<unknown> => asCall(call, () => parseResponse.apply(promise, args));
  overrideOn(promise, 'parseResponse', (...args: unknown[]) =>
    parse(args).then(
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
  if (responseProps !== undefined) {
    overrideOn(promise, '_responseProps', () => responseProps.call(promise).then((props) => watchProps(props, call)));
  }
  if (unwrap === undefined) return;
  overrideOn(promise, '_thenUnwrap', (transform: (data: unknown, ...rest: unknown[]) => unknown): ApiPromise => {
    const next = unwrap.call(promise, (data, ...rest) => transform(takeResult(data, call), ...rest));
    watchPromise(next, call, true);
    return next;
  });
}

/** A stream of `@anthropic-ai/sdk`'s message threads, which build one on the unread response; whole answers they parse as others do. */
function watchProps(props: unknown, call: OngoingCall): unknown {
  if (!call.isStreamed || !isFields(props) || !(props['response'] instanceof Response)) return props;
  return { ...props, response: watchRaw(props['response'], call) };
}

/** Weak: a call must not hold the stream whose loss would end it. */
const taken = new WeakSet<object>();

/** A derived promise passes the same object again: a stream that is watched, or an answer that has ended its call. */
function takeResult(data: unknown, call: OngoingCall): unknown {
  try {
    if (isApiStream(data)) {
      if (!taken.has(data)) watchStream(data, call);
      taken.add(data);
      return data;
    }
    if (call.hasEnded) return data;
    call.readResponse(data);
  } catch (fault) {
    sayFault('reading a response', fault);
  }
  call.end();
  return data;
}

/** One JSON object, or server-sent events. */
const stainless = { format: 'openai' } as const;

/** Of the responses that were handed out unread; who asks again gets the same. */
const watchedResponses = new WeakMap<Response, Response>();

/** The application reads the body. That of openai 4, which is of `node-fetch`, is read through `json()` or `text()` alone. */
function watchRaw(response: Response, call: OngoingCall): Response {
  try {
    if (!(response instanceof Response)) return watchNodeFetch(response, call);
    const watched: unknown = watchedResponses.get(response) ?? watchResponse(response, call, stainless);
    watchedResponses.set(response, watched as Response);
    return watched as Response;
  } catch (fault) {
    sayFault('reading a raw response', fault);
    return response;
  }
}

function watchNodeFetch(response: Response, call: OngoingCall): Response {
  const body: unknown = response.body;
  if (body === null) call.end();
  // Waits without taking the reader, so the application's is not refused.
  else finished(body as NodeJS.ReadableStream, () => setImmediate(() => call.end()));
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
