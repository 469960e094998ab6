import { isFields, textOf } from '../fields.ts';
import type { Fields } from '../fields.ts';

/** A request as its caller gave it to `fetch`. */
export interface Outgoing {
  readonly url: URL;
  /** Null where it is no JSON object, or nobody can read it without consuming it. */
  readonly body: Fields | null | Promise<Fields | null>;
  readonly signal: AbortSignal | undefined;
  /** A `Request` that nobody has any more passes no abort on: Node holds what follows its signal weakly. */
  readonly held: readonly unknown[];
  /** `x-stainless-retry-count`; 0 where nobody counts. */
  readonly retryCount: number;
  /** A signature of AWS covers the body and the address. */
  readonly isSigned: boolean;
  /** What to call `fetch` with. `asksForUsage` adds `stream_options.include_usage`, and leaves every other byte as it is. */
  argsFor(change: Change | null, asksForUsage: boolean): readonly unknown[];
}

export interface Change {
  /** Null: the same. */
  readonly url: URL | null;
  readonly body: Fields;
}

/** Of a request in a `Request` as much is read; a larger one is one of which nobody knows what it asks for. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Where a POST goes; null for any other request. Cheap: every request of the application passes here. */
export const addressOf = (args: readonly unknown[]): URL | null => (methodOf(args) === 'POST' ? urlOf(args) : null);

/** In capitals, as `fetch` sends the common ones; null where it is no text. */
export function methodOf([input, init]: readonly unknown[]): string | null {
  const own = isFields(init) ? (init['method'] ?? null) : null;
  const asked = own ?? (input instanceof Request ? input.method : 'GET');
  return typeof asked === 'string' ? asked.toUpperCase() : null;
}

export function urlOf([input]: readonly unknown[]): URL | null {
  // Any other object would show that somebody turned it into text.
  const isPlain = typeof input === 'string' || input instanceof URL;
  if (!isPlain && !(input instanceof Request)) return null;
  const text = isPlain ? String(input) : input.url;
  return URL.canParse(text) ? new URL(text) : null;
}

/**
 * `isHeld`: the request waits for a decision, and the caller may do with its own objects as it likes in the meantime. Null
 * where `fetch` itself will refuse it.
 */
export function readRequest(url: URL, [input, init]: readonly unknown[], isHeld: boolean): Outgoing | null {
  const isPlain = !(input instanceof Request) && isPlainObject(init);
  return isPlain
    ? ofParts(url, typeof input === 'string' ? input : url, isHeld ? { ...init } : init, isHeld ? null : [input, init])
    : ofRequest(url, input, init);
}

/** Properties of any other object may be getters that want it as `this`. */
function isPlainObject(value: unknown): value is Fields {
  if (!isFields(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function ofParts(url: URL, address: string | URL, init: Fields, asGiven: readonly unknown[] | null): Outgoing {
  const sent = init['body'];
  const bytes = bytesOf(sent);
  const text = typeof sent === 'string' ? sent : bytes === null ? null : new TextDecoder().decode(bytes);
  const header = (name: string): string | null => headerOf(init['headers'], name);
  return {
    url,
    body: text === null ? null : jsonObject(text),
    signal: init['signal'] instanceof AbortSignal ? init['signal'] : undefined,
    held: [],
    retryCount: countOfRetries(header('x-stainless-retry-count')),
    isSigned: isSignature(header('authorization')),
    argsFor(change, asksForUsage) {
      const body = textFor(text, change, asksForUsage);
      if (body === text || body === null) return asGiven ?? [address, init];
      // Text would bring a content type of its own, where the caller gave none.
      const written = typeof sent === 'string' ? body : new TextEncoder().encode(body);
      return [change?.url ?? address, { ...init, body: written, ...withoutLength(init['headers']) }];
    },
  };
}

/** A `Request`, or parts that only `Request` itself can read. What it is made of is taken from the caller, as `fetch` does. */
function ofRequest(url: URL, input: unknown, init: unknown): Outgoing | null {
  let request: Request;
  let copy: Request;
  try {
    request = new Request(input as string, init as RequestInit);
    copy = request.clone();
  } catch {
    return null;
  }
  let text: string | null = null;
  return {
    url,
    body: readText(copy, request.signal).then((read) => {
      text = read;
      return read === null ? null : jsonObject(read);
    }),
    signal: request.signal,
    held: [input, request],
    retryCount: countOfRetries(request.headers.get('x-stainless-retry-count')),
    isSigned: isSignature(request.headers.get('authorization')),
    argsFor(change, asksForUsage) {
      const body = textFor(text, change, asksForUsage);
      if (body === text || body === null) return [request];
      const to = change?.url ?? null;
      const base = to === null ? request : new Request(to, request);
      return [new Request(base, { body, ...withoutLength(base.headers) })];
    },
  };
}

/** As it is to be sent; the text itself where nothing changes. */
function textFor(text: string | null, change: Change | null, asksForUsage: boolean): string | null {
  const changed = change === null ? text : JSON.stringify(change.body);
  return asksForUsage && changed !== null ? addUsageOption(changed) : changed;
}

/** All of a body that somebody else reads as well. Null where it is too large, fails, or is given up. */
async function readText({ body }: Request, signal: AbortSignal): Promise<string | null> {
  if (body === null) return null;
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const giveUp = (): void => {
    // Not awaited: it waits for the other reader.
    void reader.cancel().catch(() => undefined);
  };
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return signal.aborted ? null : Buffer.concat(chunks).toString('utf8');
      chunks.push(value);
      size += value.byteLength;
      if (size > BODY_BYTES_MAX) {
        giveUp();
        return null;
      }
    }
  } catch {
    return null;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : null;
}

function jsonObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

/** Written into the text: parsing and writing it anew would change numbers that JavaScript cannot hold. */
function addUsageOption(text: string): string {
  const end = text.lastIndexOf('}');
  return `${text.slice(0, end)},"stream_options":{"include_usage":true}${text.slice(end)}`;
}

function headerOf(headers: unknown, name: string): string | null {
  if (headers instanceof Headers) return headers.get(name);
  const entries: readonly unknown[] = Array.isArray(headers)
    ? headers
    : isFields(headers)
      ? Object.entries(headers)
      : [];
  for (const entry of entries) {
    if (Array.isArray(entry) && String(entry[0]).toLowerCase() === name) return textOf(entry[1]);
  }
  return null;
}

/** As `fetch` takes them: those of the second argument, where there are any, in place of the first's. */
export function headersOf([input, init]: readonly unknown[]): (name: string) => string | null {
  const own = isPlainObject(init) ? init['headers'] : undefined;
  if (own !== undefined) return (name) => headerOf(own, name);
  return (name) => (input instanceof Request ? input.headers.get(name) : null);
}

/** A length the caller has counted himself is not that of another body; `fetch` counts anew. */
function withoutLength(headers: unknown): { headers?: Headers } {
  if (headerOf(headers, 'content-length') === null) return {};
  const others = new Headers(headers as Record<string, string>);
  others.delete('content-length');
  return { headers: others };
}

const RETRIES_MAX = 1_000;

function countOfRetries(text: string | null): number {
  const count = Number(text ?? 0);
  return Number.isSafeInteger(count) && count > 0 && count <= RETRIES_MAX ? count : 0;
}

const isSignature = (authorization: string | null): boolean => authorization?.startsWith('AWS4-') === true;
