import { EventStreamReader } from '../aws/eventStream.ts';
import type { OngoingCall } from '../calls/call.ts';
import { fieldsOrEmpty, isFields, textOf } from '../fields.ts';
import type { Wire, WireFormat } from '../wires/wireOf.ts';
import { EventSplitter, dataOf, joined } from './eventSplitter.ts';
import { JsonObjects } from './jsonObjects.ts';
import { withoutOwnUsage } from './ownUsage.ts';

/** Reads an answer as its bytes pass. */
export interface AnswerReader {
  /** The bytes that the application is to see: those given, but for what only we asked for. */
  push(bytes: Uint8Array): Uint8Array;
  /** What was held back until now; null for nothing. */
  finish(): Uint8Array | null;
  /** An error that came as a part of the answer, after the success of its status. */
  readonly failure: Error | null;
}

/** Whose streams come as JSON without a media type that says so. */
const jsonStreams: ReadonlySet<WireFormat> = new Set(['google', 'ollama', 'cohere']);

export function answerReaderOf(
  contentType: string | null,
  call: OngoingCall,
  wire: Pick<Wire, 'format'>,
): AnswerReader {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/event-stream') return new EventsAnswer(call);
  if (type === 'application/vnd.amazon.eventstream') return new FramesAnswer(call);
  if (/ndjson|jsonl|json-seq|jsonlines|stream\+json/.test(type)) return new JsonAnswer(call, true);
  if (/[/+]json$/.test(type)) return new JsonAnswer(call, call.isStreamed && jsonStreams.has(wire.format));
  return new UnnamedAnswer(call);
}

class EventsAnswer implements AnswerReader {
  readonly #call: OngoingCall;
  readonly #events = new EventSplitter();
  /** Events go on one by one, so that those which only we asked for can be left out. */
  #filters: boolean;
  failure: Error | null = null;

  constructor(call: OngoingCall) {
    this.#call = call;
    this.#filters = call.askedForUsage;
  }

  push(bytes: Uint8Array): Uint8Array {
    const events = this.#events.push(bytes);
    if (!this.#filters) {
      for (const event of events) this.#read(event);
      if (this.#events.isTooLong) this.#events.rest();
      return bytes;
    }
    const shown = events.map((event) => withoutOwnUsage(event, this.#read(event)));
    const given = this.#events.isTooLong ? this.#events.rest() : null;
    if (given !== null) {
      this.#filters = false;
      shown.push(given);
    }
    return joined(shown);
  }

  /** Clients take a last event for whole that the connection's end cuts off. */
  finish(): Uint8Array | null {
    const rest = this.#events.rest();
    if (rest === null) return null;
    const chunk = this.#read(rest);
    return this.#filters ? joined([withoutOwnUsage(rest, chunk)]) : null;
  }

  #read(event: Uint8Array): unknown {
    const data = dataOf(event);
    // Some clients read no further, and leave the connection as it is.
    if (data === '[DONE]') this.#call.end(this.failure ?? undefined);
    if (data === null || !data.startsWith('{')) return undefined;
    const chunk = jsonOf(data);
    this.failure ??= failureIn(chunk);
    this.#call.readChunk(chunk);
    return chunk;
  }
}

/** One JSON object, several one after the other, or an array of them. */
class JsonAnswer implements AnswerReader {
  readonly #objects: JsonObjects;
  failure: Error | null = null;

  constructor(call: OngoingCall, isStream: boolean) {
    this.#objects = new JsonObjects((text) => {
      const value = jsonOf(text);
      if (isStream) this.failure ??= failureIn(value);
      if (isStream) call.readChunk(value);
      else call.readResponse(value);
      // Ollama's last object, after which its client reads no further.
      if (isStream && fieldsOrEmpty(value)['done'] === true) call.end(this.failure ?? undefined);
    });
  }

  push(bytes: Uint8Array): Uint8Array {
    this.#objects.push(bytes);
    return bytes;
  }

  finish(): null {
    return null;
  }
}

class FramesAnswer implements AnswerReader {
  readonly #call: OngoingCall;
  readonly #frames = new EventStreamReader();
  failure: Error | null = null;

  constructor(call: OngoingCall) {
    this.#call = call;
  }

  push(bytes: Uint8Array): Uint8Array {
    for (const { fields, errorType } of this.#frames.push(bytes)) {
      if (errorType === null) this.#call.readChunk(fields);
      else this.failure ??= failureNamed(errorType);
    }
    return bytes;
  }

  finish(): null {
    return null;
  }
}

const BRACE = 0x7b;
const BRACKET = 0x5b;

/** A host that says nothing of what it sends, or that it be text: the first byte tells JSON from events. */
class UnnamedAnswer implements AnswerReader {
  readonly #call: OngoingCall;
  #reader: AnswerReader | null = null;

  constructor(call: OngoingCall) {
    this.#call = call;
  }

  get failure(): Error | null {
    return this.#reader?.failure ?? null;
  }

  push(bytes: Uint8Array): Uint8Array {
    const first = bytes.find((byte) => byte > 0x20);
    if (this.#reader === null && first !== undefined) {
      const isJson = first === BRACE || first === BRACKET;
      this.#reader = isJson ? new JsonAnswer(this.#call, this.#call.isStreamed) : new EventsAnswer(this.#call);
    }
    return this.#reader?.push(bytes) ?? bytes;
  }

  finish(): Uint8Array | null {
    return this.#reader?.finish() ?? null;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Providers that fail after they began say so in an event with `error` in it. Its message may quote prompts. */
function failureIn(event: unknown): Error | null {
  if (!isFields(event) || (event['error'] ?? null) === null) return null;
  const error = fieldsOrEmpty(event['error']);
  return failureNamed(textOf(error['type']) ?? textOf(error['status']) ?? textOf(error['code']) ?? 'stream_error');
}

function failureNamed(name: string): Error {
  return Object.assign(new Error('the answer ended with an error'), { name });
}
