import type { ServerResponse } from 'node:http';
import type { Body } from './words.ts';

export type ProviderName = 'google' | 'mistral' | 'cohere' | 'ollama' | 'openrouter' | 'huggingface' | 'gateway';

/** How a stream's events go over the wire. */
type Framing = 'sse' | 'ndjson' | 'array';

/** What a stand-in answers; an event that is text goes as it is. */
export type Answer =
  | { readonly json: unknown }
  | {
      readonly events: readonly unknown[];
      readonly framing: Framing;
      /** Names the event before its data. */
      readonly eventName?: (event: Body) => string | undefined;
    };

export interface AskedAnswer {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Body;
  /** `m-NAME`, from the path or the body. */
  readonly model: string;
  readonly header: (name: string) => string;
}

/** Null for a path that the provider does not have. */
export type Provider = (asked: AskedAnswer) => Answer | null;

/** `chunkDelayMs` before every event of a stream but the first. */
export async function sendAnswer(response: ServerResponse, answer: Answer, chunkDelayMs: number): Promise<void> {
  if ('json' in answer) {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer.json));
    return;
  }
  response.setHeader('content-type', mediaTypes[answer.framing]);
  const pieces = answer.events.map((event, at) => framed(answer, event, at));
  if (chunkDelayMs === 0) {
    // In one piece, so that who reads a piece ahead always sees the same.
    response.end(pieces.join(''));
    return;
  }
  for (const [at, piece] of pieces.entries()) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, chunkDelayMs));
    if (response.destroyed) return;
    response.write(piece);
  }
  response.end();
}

const mediaTypes: Readonly<Record<Framing, string>> = {
  sse: 'text/event-stream',
  ndjson: 'application/x-ndjson',
  array: 'application/json; charset=UTF-8',
};

function framed(answer: Extract<Answer, { events: unknown }>, event: unknown, at: number): string {
  if (typeof event === 'string') return event;
  const json = JSON.stringify(event);
  if (answer.framing === 'ndjson') return `${json}\n`;
  if (answer.framing === 'array')
    return `${at === 0 ? '[' : ',\r\n'}${json}${at === answer.events.length - 1 ? ']' : ''}`;
  const name = answer.eventName?.(event as Body);
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${json}\n\n`;
}
