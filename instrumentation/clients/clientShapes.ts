/** What Stainless-generated clients (openai 4–7, @anthropic-ai/sdk) have in common, as far as the patch touches it. */
export interface ApiClient {
  readonly baseURL: unknown;
  readonly deploymentName?: unknown;
}

export type Method = (this: ApiClient, ...args: unknown[]) => unknown;

/** The prototype that owns both methods; a class without either is left alone. */
export interface ClientPrototype {
  /** Starts a request and returns an `ApiPromise`. `options` may be a promise, awaited before the request is built. */
  post: Method;
  /** One HTTP attempt, calling itself again to retry; its promise becomes `ApiPromise.responsePromise`. */
  makeRequest: Method;
  /** One HTTP exchange; of all versions known. */
  fetchWithTimeout?: Method;
}

/** A promise that reads the response only when somebody waits for it. */
export interface ApiPromise extends Promise<unknown> {
  parseResponse: (this: ApiPromise, ...args: unknown[]) => Promise<unknown>;
  asResponse: (this: ApiPromise) => Promise<Response>;
  _thenUnwrap?: (this: ApiPromise, transform: (data: unknown, ...rest: unknown[]) => unknown) => ApiPromise;
  /** The response unread, with its request: of `@anthropic-ai/sdk` 1.12 and later. */
  _responseProps?: (this: ApiPromise) => Promise<unknown>;
  readonly parsedPromise?: Promise<unknown>;
}

export function isApiPromise(value: unknown): value is ApiPromise {
  return (
    value instanceof Promise &&
    'parseResponse' in value &&
    typeof value.parseResponse === 'function' &&
    'asResponse' in value
  );
}

/** What for-await, `tee()`, `toReadableStream()` and the SDK's helpers all read through. */
export interface ApiStream {
  iterator: () => AsyncIterator<unknown>;
  readonly controller: unknown;
}

export function isApiStream(value: unknown): value is ApiStream {
  return (
    typeof value === 'object' &&
    value !== null &&
    'iterator' in value &&
    typeof value.iterator === 'function' &&
    'controller' in value
  );
}

/** Replaces a method on one instance. A property that was not there before stays invisible to inspection. */
export function overrideOn<Key extends string, Value>(object: { [key in Key]?: Value }, key: Key, value: Value): void {
  Object.defineProperty(object, key, {
    value,
    writable: true,
    configurable: true,
    enumerable: Object.hasOwn(object, key),
  });
}
