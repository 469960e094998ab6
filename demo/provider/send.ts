import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Directives } from './directives.ts';
import { makeId } from './exchange.ts';
import type { Answer, BilledCall, ProviderError } from './exchange.ts';

/** Anthropic leaves `citations` out of a text without any, though its SDK's types want a null; strict readers refuse one. */
const toJson = (body: object): string =>
  JSON.stringify(body, (key, value: unknown) => (key === 'citations' && value === null ? undefined : value));

type Dialect = 'openai' | 'anthropic';
const requestIdHeader = (dialect: Dialect): string => (dialect === 'openai' ? 'x-request-id' : 'request-id');

/** Sends an answer as the directives want it, and writes the call into the books. */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  dialect: Dialect,
  directives: Directives,
  books: BilledCall[],
  setStatus: (status: number) => void,
): Promise<void> {
  const {
    delay_ms: delayMs = 0,
    chunk_delay_ms: chunkDelayMs = 0,
    reset_after: resetAfter = Infinity,
  } = directives.numbers;
  if (delayMs > 0) await sleep(delayMs);
  const book = (complete: boolean): void => {
    if (answer.billed !== null) books.push({ ...answer.billed, complete });
  };
  if (response.destroyed || resetAfter === 0) {
    book(false);
    response.socket?.resetAndDestroy();
    return;
  }
  setStatus(200);
  response.setHeader(requestIdHeader(dialect), makeId('req_', 24));
  if (answer.kind === 'json') {
    book(true);
    response.setHeader('content-type', 'application/json');
    response.end(toJson(answer.body));
    return;
  }
  response.setHeader('content-type', 'text/event-stream; charset=utf-8');
  response.setHeader('cache-control', 'no-cache');
  for (const [index, event] of answer.events.entries()) {
    if (chunkDelayMs > 0) await sleep(chunkDelayMs);
    if (index >= resetAfter || response.destroyed) {
      book(false);
      response.socket?.resetAndDestroy();
      return;
    }
    const data = typeof event.data === 'string' ? event.data : toJson(event.data);
    response.write(`${event.name === null ? '' : `event: ${event.name}\n`}data: ${data}\n\n`);
  }
  book(true);
  response.end();
}

/** An error in the shape of the API it comes from. */
export function sendError(
  response: ServerResponse,
  refusal: ProviderError,
  dialect: Dialect,
  retryAfterSeconds: number,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const requestId = makeId('req_', 24);
  response.statusCode = refusal.status;
  response.setHeader('content-type', 'application/json');
  response.setHeader(requestIdHeader(dialect), requestId);
  if (refusal.status === 429 || refusal.status >= 500) {
    response.setHeader('retry-after', String(retryAfterSeconds));
    response.setHeader('retry-after-ms', String(retryAfterSeconds * 1000));
  }
  const { type, message, parameter: param, code } = refusal;
  const body =
    dialect === 'openai'
      ? { error: { message, type, param, code } }
      : { type: 'error', error: { type, message }, request_id: requestId };
  response.end(JSON.stringify(body));
}
