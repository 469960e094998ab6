import type { OngoingCall } from '../calls/call.ts';
import type { ApiStream } from './clientShapes.ts';
import { isFields } from '../fields.ts';

/** Ends calls whose stream the application dropped without reading it to the end. */
const dropped = new FinalizationRegistry<OngoingCall>((call) => call.end());

/** `stream.iterator` is the one way in: for-await, `tee()`, `toReadableStream()` and the helpers all call it. */
export function watchStream(stream: ApiStream, call: OngoingCall): void {
  const { iterator } = stream;
  stream.iterator = watchedIteration(stream, () => iterator.call(stream), call, stream.controller);
}

/**
 * What makes the iterator of a stream, with the first one watched. `stream` is what the application drops; `controller` closes
 * its connection.
 */
export function watchedIteration(
  stream: object,
  iterate: () => AsyncIterator<unknown>,
  call: OngoingCall,
  controller: unknown,
): () => AsyncIterator<unknown> {
  let watched = false;
  dropped.register(stream, call, call);
  return () => {
    const source = iterate();
    // A stream is read once; the SDK refuses every further iterator, and the refusal is not the call's.
    if (watched) return source;
    watched = true;
    return watchIterator(source, call, controller);
  };
}

function watchIterator(source: AsyncIterator<unknown>, call: OngoingCall, controller: unknown): AsyncIterator<unknown> {
  const end = (error?: unknown): void => {
    dropped.unregister(call);
    call.end(error);
  };
  const onItem = (result: IteratorResult<unknown>): IteratorResult<unknown> | Promise<IteratorResult<unknown>> => {
    if (result.done === true) {
      end();
      return result;
    }
    call.readChunk(result.value);
    if (call.isBeyondGrant) return stop();
    if (!call.askedForUsage) return result;
    return withoutOwnUsage(result) ?? source.next().then(onItem, onError);
  };
  const stop = async (): Promise<never> => {
    const error = call.admission?.streamStopped() ?? new Error('stopped');
    end(error);
    if (isFields(controller) && typeof controller['abort'] === 'function')
      (controller as unknown as AbortController).abort();
    // Closes the connection; what the SDK says to that is not what the application has to hear.
    await source.return?.().catch(() => undefined);
    throw error;
  };
  const onError = (error: unknown): never => {
    end(error ?? new Error('rejected with nothing'));
    throw error;
  };
  // Same prototype as the SDK's generator, so it prints and disposes as one.
  const prototype: unknown = Object.getPrototypeOf(source);
  return Object.assign(Object.create(isFields(prototype) ? prototype : Object.prototype) as object, {
    next: (...args: [] | [unknown]) => source.next(...args).then(onItem, onError),
    async return(value?: unknown): Promise<IteratorResult<unknown>> {
      try {
        return source.return === undefined ? { done: true, value } : await source.return(value);
      } finally {
        end();
      }
    },
    async throw(error?: unknown): Promise<IteratorResult<unknown>> {
      try {
        if (source.throw === undefined) throw error;
        return await source.throw(error);
      } finally {
        end(error);
      }
    },
    [Symbol.asyncIterator](): AsyncIterator<unknown> {
      return this as unknown as AsyncIterator<unknown>;
    },
  });
}

/**
 * Undoes what `include_usage` changes: the last chunk, which has usage and no choice (`chunk.choices[0].delta` would
 * throw), is dropped, for which null stands; and `usage: null` is taken off the others. Those are copied: an object that
 * lost a field is slow for whoever reads it.
 */
function withoutOwnUsage(result: IteratorResult<unknown>): IteratorResult<unknown> | null {
  const chunk: unknown = result.value;
  if (!isFields(chunk)) return result;
  const { usage, choices } = chunk;
  if (usage === null) {
    const { usage: _ours, ...value } = chunk;
    return { done: false, value };
  }
  return isFields(usage) && Array.isArray(choices) && choices.length === 0 ? null : result;
}
