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
    const shown = events.flatMap((event) => withoutOwnUsage(event, this.#read(event)));
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
    return this.#filters ? joined(withoutOwnUsage(rest, chunk)) : null;
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

const BRACE = 0x7b;
const BRACKET = 0x5b;
const CLOSING_BRACE = 0x7d;
const NEWLINE = 0x0a;

/** A longer piece may be vectors for the most part, which are quicker left out than parsed. */
const WHOLE_BYTES_MAX = 16 * 1024;

/** One JSON object, several one after the other, or an array of them. */
class JsonAnswer implements AnswerReader {
  readonly #call: OngoingCall;
  readonly #isStream: boolean;
  readonly #objects = new JsonObjects((text) => this.#read(jsonOf(text)));
  failure: Error | null = null;

  constructor(call: OngoingCall, isStream: boolean) {
    this.#call = call;
    this.#isStream = isStream;
  }

  push(bytes: Uint8Array): Uint8Array {
    const value = this.#objects.isBetween && looksWhole(bytes) ? jsonOf(decoder.decode(bytes)) : undefined;
    if (value === undefined) this.#objects.push(bytes);
    else this.#read(value);
    return bytes;
  }

  #read(value: unknown): void {
    this.failure ??= failureIn(value);
    if (!this.#isStream) {
      this.#call.readResponse(value);
      return;
    }
    this.#call.readChunk(value);
    // Ollama's last object, after which its client reads no further.
    if (fieldsOrEmpty(value)['done'] === true) this.#call.end(this.failure ?? undefined);
  }

  finish(): null {
    return null;
  }
}

const decoder = new TextDecoder();

/** Most answers, and most lines of a stream, come in one piece. */
function looksWhole(bytes: Uint8Array): boolean {
  const last = bytes[bytes.length - 1];
  return bytes.length <= WHOLE_BYTES_MAX && bytes[0] === BRACE && (last === CLOSING_BRACE || last === NEWLINE);
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

/** Of OpenAI's responses and Mistral's conversations, which tell beside the type what went wrong. */
const errorEvents: ReadonlySet<unknown> = new Set(['error', 'conversation.response.error']);

/**
 * Providers that fail after they began say so in an event, or in a whole answer, with `error` in it, or in an event that is
 * one. Its message may quote prompts.
 */
function failureIn(event: unknown): Error | null {
  if (!isFields(event)) return null;
  const told = event['error'] ?? fieldsOrEmpty(event['response'])['error'];
  const isTold = isFields(told) || textOf(told) !== null;
  if (!isTold && !errorEvents.has(event['type'])) return null;
  const error = isTold ? fieldsOrEmpty(told) : { code: event['code'] };
  return failureNamed(textOf(error['type']) ?? textOf(error['status']) ?? textOf(error['code']) ?? 'stream_error');
}

function failureNamed(name: string): Error {
  return Object.assign(new Error('the answer ended with an error'), { name });
}
