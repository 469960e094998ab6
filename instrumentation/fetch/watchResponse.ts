import { finished } from 'node:stream';
import type { OngoingCall } from '../calls/call.ts';
import { sayFault } from '../fault.ts';
import type { Wire } from '../wires/wireOf.ts';
import { answerReaderOf } from './answerReader.ts';
import type { AnswerReader } from './answerReader.ts';
import { asAnswered, readsThrough } from './answered.ts';
import type { Outgoing } from './outgoing.ts';

type Body = ReadableStream<Uint8Array>;
type Answered = Response & { readonly body: Body };
type Controller = ReadableByteStreamController | ReadableStreamDefaultController<Uint8Array>;

/** What has to live as long as its answer is read. */
const held = new WeakMap<Body, readonly unknown[]>();

/** Ends calls whose answer the application dropped without reading it to the end. */
const dropped = new FinalizationRegistry<OngoingCall>((call) => call.end());

/**
 * The same answer, with its bytes seen as the application reads them: a stream with nothing of its own in it, which asks
 * for a piece when it is asked for one, and closes the connection when it is cancelled.
 */
export function watchResponse(
  response: unknown,
  call: OngoingCall,
  wire: Pick<Wire, 'format'>,
  request?: Pick<Outgoing, 'signal' | 'held'>,
): unknown {
  if (!(response instanceof Response)) {
    call.end();
    return response;
  }
  call.readHeaders((name) => response.headers.get(name));
  if (!response.ok || !hasBody(response)) {
    call.end(response.ok ? undefined : { status: response.status });
    return response;
  }
  if (response.bodyUsed || response.body.locked) {
    call.end();
    return response;
  }
  const { status, statusText, headers } = response;
  const watched = new WatchedBody(response, call, answerReaderOf(headers.get('content-type'), call, wire));
  const stream = streamOf(watched, response, call);
  const answered = new Response(stream, { status, statusText, headers });
  if (request !== undefined) {
    held.set(stream, request.held);
    const { signal } = request;
    if (signal !== undefined) readsThrough(answered, response, () => signal.aborted && watched.isUnread);
  }
  return asAnswered(answered, response);
}

const hasBody = (response: Response): response is Answered => response.body !== null;

function streamOf(watched: WatchedBody, response: Answered, call: OngoingCall): Body {
  const stream = isByteStream(response.body)
    ? new ReadableStream({
        type: 'bytes',
        start: (controller) => watched.start(controller),
        pull: (controller) => watched.pull(controller),
        cancel: (reason) => watched.cancel(reason),
      })
    : new ReadableStream<Uint8Array>(
        {
          start: (controller) => watched.start(controller),
          pull: (controller) => watched.pull(controller),
          cancel: (reason) => watched.cancel(reason),
        },
        { highWaterMark: 0 },
      );
  dropped.register(stream, call, call);
  return stream;
}

/** What `fetch` itself makes is one; what stands in for it in tests need not be. */
function isByteStream(source: Body): boolean {
  try {
    source.getReader({ mode: 'byob' }).releaseLock();
    return true;
  } catch {
    return false;
  }
}

class WatchedBody {
  /** Held: Node closes the connection of a response that nobody has any more. */
  readonly #response: Answered;
  readonly #call: OngoingCall;
  #answer: AnswerReader | null;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;

  constructor(response: Answered, call: OngoingCall, answer: AnswerReader) {
    this.#response = response;
    this.#call = call;
    this.#answer = answer;
  }

  get isUnread(): boolean {
    return this.#reader === null;
  }

  /** An abort fails the stream at once, not with the next read. What waits for it must not hold the stream. */
  start(controller: Controller): void {
    const weak = new WeakRef(controller);
    const call = this.#call;
    finished(this.#response.body as unknown as NodeJS.ReadableStream, (error) => {
      if (error === null || error === undefined) return;
      weak.deref()?.error(error);
      call.end(error);
    });
  }

  async pull(controller: Controller): Promise<void> {
    this.#reader ??= this.#response.body.getReader();
    for (;;) {
      const { done, value } = await this.#read(this.#reader);
      const shown = this.#observe(done ? null : value);
      if (this.#call.isBeyondGrant) {
        this.#stop(controller);
        return;
      }
      // Taken before: a byte stream takes the bytes away, and what is gone has no length.
      const isShown = shown !== null && shown.byteLength > 0;
      if (isShown) controller.enqueue(shown as Uint8Array<ArrayBuffer>);
      if (done) {
        controller.close();
        if ('byobRequest' in controller) controller.byobRequest?.respond(0);
        this.#end(this.#answer?.failure ?? undefined);
      }
      // Nothing is left of what was ours alone: the application still waits.
      if (done || shown === null || isShown) return;
    }
  }

  async cancel(reason: unknown): Promise<void> {
    this.#end();
    await (this.#reader ?? this.#response.body).cancel(reason);
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>): ReturnType<typeof reader.read> {
    try {
      return await reader.read();
    } catch (error) {
      this.#end(error ?? new Error('rejected with nothing'));
      throw error;
    }
  }

  /** The bytes that the application is to see; null at the end stands for what was held back. */
  #observe(bytes: Uint8Array | null): Uint8Array | null {
    if (this.#answer === null || !(bytes === null || bytes instanceof Uint8Array)) return bytes;
    try {
      return bytes === null ? this.#answer.finish() : this.#answer.push(bytes);
    } catch (fault) {
      this.#answer = null;
      sayFault('reading an answer', fault);
      return bytes;
    }
  }

  #stop(controller: Controller): void {
    const error = this.#call.admission?.streamStopped() ?? new Error('stopped');
    this.#end(error);
    controller.error(error);
    // Closes the connection; what is said to that is not what the application has to hear.
    void this.#reader?.cancel(error).catch(() => undefined);
  }

  #end(error?: unknown): void {
    dropped.unregister(this.#call);
    this.#call.end(error);
  }
}
