/**
 * A stand-in for the OpenAI, Azure OpenAI and Anthropic APIs on a loopback port: their shapes, their ids, their errors,
 * and token counts that follow from the request alone, so that what a call costs can be worked out by hand.
 *
 * Paths: `/v1/chat/completions`, `/v1/responses`, `/v1/embeddings`, `/v1/completions`, `/v1/messages` (and
 * `/count_tokens`), `/openai/deployments/NAME/…`, `/openai/v1/…`. A client's base URL is `url + '/v1'` for OpenAI,
 * `url` for Anthropic and as Azure's `endpoint`.
 *
 * Counting is in `tokens.ts`: a word a token, 16 tokens of output. Prompt caching works as at the providers: Anthropic's
 * by `cache_control`, OpenAI's by a first message of 1024 tokens or more seen before.
 *
 * The header `x-stand-in` of a request asks for the rest, as `name=value` pairs parted by `;`:
 * - `uncached cache_read cache_write_5m cache_write_1h output reasoning audio_input audio_output web_search` = N: that
 *   bucket instead of the counted one; the buckets are disjoint, but `reasoning` is a part of `output`
 * - `tier=flex|priority|…` the tier that serves · `usage=none` an answer without usage · `id=X` a fixed response id
 * - `tool=NAME` an answer that calls the tool, unless a tool's result came last · `text=T` a fixed answer
 * - `status=N` an error of that status; with `times=K` only while the client has retried less than K times
 * - `retry_after=S` on an error, 0 by default · `delay_ms=N` before the answer · `chunk_delay_ms=N` before every event
 * - `reset_after=N` the connection is reset after N events of a stream; 0: before the first byte, streamed or not
 * - `reject=stream_options` 400 as from an API version that does not know them
 *
 * The key `invalid` and no key at all get 401. A model named `missing-model` gets 404.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerMessages, answerCountTokens } from './anthropicMessages.ts';
import { parseDirectives } from './directives.ts';
import type { Directives } from './directives.ts';
import { PromptCache, ProviderError, isRecord } from './exchange.ts';
import type { Answer, BilledCall, ProviderRequest } from './exchange.ts';
import { answerChat } from './openaiChat.ts';
import { answerCompletions, answerEmbeddings } from './openaiOther.ts';
import { answerResponses } from './openaiResponses.ts';
import { sendAnswer, sendError } from './send.ts';

export type { BilledCall } from './exchange.ts';

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
  /** The status it was answered with; null when the connection was reset before one. */
  readonly status: number | null;
}

export interface ProviderOptions {
  /** Azure deployment names and the models behind them; a name that is not here is its own model. */
  readonly deployments?: Readonly<Record<string, string>>;
}

export interface StandInProvider {
  readonly url: string;
  /** Every request, in order of arrival. */
  readonly requests: RecordedRequest[];
  /** Every call the provider would put on the bill, in order. */
  readonly billed: BilledCall[];
  close(): Promise<void>;
}

const BODY_BYTES_MAX = 64 * 1024 * 1024;
const routes: Readonly<Record<string, (request: ProviderRequest) => Answer>> = {
  '/chat/completions': answerChat,
  '/responses': answerResponses,
  '/embeddings': answerEmbeddings,
  '/completions': answerCompletions,
  '/messages': answerMessages,
  '/messages/count_tokens': answerCountTokens,
};

export async function startProvider(options: ProviderOptions = {}): Promise<StandInProvider> {
  const requests: RecordedRequest[] = [];
  const billed: BilledCall[] = [];
  const cache = new PromptCache();
  const server = createServer((incoming, response) => {
    void serve(incoming, response).catch(() => response.destroy());
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = parseBody(await readBody(incoming));
    const path = new URL(incoming.url ?? '/', 'http://stand-in').pathname;
    const record = { method: incoming.method ?? '', path: incoming.url ?? '/', headers: incoming.headers, body };
    const at = requests.push({ ...record, status: null }) - 1;
    const setStatus = (status: number): void => {
      requests[at] = { ...record, status };
    };
    const dialect = path.includes('/messages') ? 'anthropic' : 'openai';
    let directives: Directives = { numbers: {}, texts: {} };
    try {
      directives = parseDirectives(headerText(incoming, 'x-stand-in'));
      const { answer, model } = route(path, incoming, body, directives, options.deployments ?? {});
      const nowSeconds = Math.floor(Date.now() / 1000);
      const request = { body, directives, model, cache, nowSeconds };
      await sendAnswer(response, answer(request), dialect, directives, billed, setStatus);
    } catch (error) {
      const refusal =
        error instanceof ProviderError ? error : new ProviderError(400, 'invalid_request_error', String(error));
      setStatus(refusal.status);
      sendError(response, refusal, dialect, directives.numbers.retry_after ?? 0);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    billed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const headerText = (incoming: IncomingMessage, name: string): string | undefined => {
  const value = incoming.headers[name];
  return typeof value === 'string' ? value : undefined;
};

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error(`body above ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

/** Finds the API, after the checks every API makes first: the key, the faults asked for, the model. */
function route(
  path: string,
  incoming: IncomingMessage,
  body: Record<string, unknown>,
  directives: Directives,
  deployments: Readonly<Record<string, string>>,
): { answer: (request: ProviderRequest) => Answer; model: string } {
  const match = /^\/(?:openai\/deployments\/(?<deployment>[^/]+)|openai\/v1|v1)(?<api>\/.+)$/.exec(path);
  const answer = routes[match?.groups?.['api'] ?? ''];
  if (answer === undefined || incoming.method !== 'POST') {
    throw new ProviderError(404, 'invalid_request_error', `Invalid URL (${incoming.method ?? ''} ${path})`);
  }
  const key =
    headerText(incoming, 'x-api-key') ??
    headerText(incoming, 'api-key') ??
    headerText(incoming, 'authorization')?.replace(/^Bearer /, '');
  if (key === undefined || key === 'invalid') {
    const type = path.includes('/messages') ? 'authentication_error' : 'invalid_request_error';
    throw new ProviderError(401, type, 'Incorrect API key provided.', null, 'invalid_api_key');
  }
  const retries = Number(headerText(incoming, 'x-stainless-retry-count') ?? '0');
  const { status, times = Infinity } = directives.numbers;
  if (status !== undefined && retries < times) {
    throw new ProviderError(
      status,
      errorTypes[status] ?? 'api_error',
      `The stand-in provider was asked for a ${status}.`,
    );
  }
  const deployment = match?.groups?.['deployment'];
  const model = deployment === undefined ? body['model'] : (deployments[deployment] ?? deployment);
  if (typeof model !== 'string') {
    throw new ProviderError(400, 'invalid_request_error', 'you must provide a model parameter');
  }
  if (model === 'missing-model') {
    throw new ProviderError(
      404,
      'invalid_request_error',
      `The model \`${model}\` does not exist.`,
      null,
      'model_not_found',
    );
  }
  return { answer, model };
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'api_error',
  529: 'overloaded_error',
};
