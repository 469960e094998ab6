import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KEEP_ALIVE_MS } from '../otlpReceiver.ts';
import { parseDirectives } from '../../demo/provider/directives.ts';
import { PromptCache, isRecord } from '../../demo/provider/exchange.ts';
import { startProvider } from '../../demo/provider/startProvider.ts';
import { answerBedrock } from './bedrock.ts';
import { billOf, usageOf } from './bills.ts';
import type { Bill } from './bills.ts';
import { answerGemini } from './gemini.ts';
import type { NativeAnswer, NativeRequest } from './native.ts';

export interface RecordProvider {
  readonly url: string;
  /** What was billed, in order of the answers' ends. */
  readonly bills: Bill[];
  close(): Promise<void>;
}

/** APIs that only recordings need, by path. */
const natives: readonly { readonly path: RegExp; readonly answer: (request: NativeRequest) => NativeAnswer }[] = [
  { path: /^\/v1(?:beta|alpha)?\/models\/(?<model>[^/:]+):(?<method>\w+)$/, answer: answerGemini },
  { path: /^\/model\/(?<model>[^/]+)\/(?<method>converse|invoke)$/, answer: answerBedrock },
];

/**
 * The stand-in of `demo/provider/` with Gemini and Bedrock beside it. A library that cannot send the `x-stand-in`
 * header gives its directives in the path instead: `url/with/output=5;reasoning=2/v1/chat/completions`.
 */
export async function startRecordProvider(): Promise<RecordProvider> {
  const standIn = await startProvider();
  const bills: Bill[] = [];
  const cache = new PromptCache();
  let copied = 0;
  const copyBills = (): void => {
    for (; copied < standIn.billed.length; copied += 1) {
      const call = standIn.billed[copied];
      if (call !== undefined) bills.push(billOf(call));
    }
  };
  const server = createServer((incoming, response) => {
    const { path, directives } = splitDirectives(incoming);
    const pathname = decodeURIComponent(path.split('?')[0] ?? '');
    const native = natives.find((api) => api.path.test(pathname));
    if (native === undefined) {
      forward(standIn.url, path, directives, incoming, response, copyBills);
      return;
    }
    const { model = '', method = '' } = native.path.exec(pathname)?.groups ?? {};
    readJson(incoming).then(
      (body) => {
        const nowSeconds = Math.floor(Date.now() / 1000);
        const request = { body, directives: parseDirectives(directives), model, cache, nowSeconds, method };
        const answer = native.answer(request);
        const { responseId, tokens, sentModel } = answer;
        const usage = usageOf(tokens);
        bills.push({ response_id: responseId, model: sentModel, path: pathname, usage, status: 200, complete: true });
        sendNative(answer, response);
      },
      (error: unknown) => {
        response.statusCode = 400;
        response.end(String(error));
      },
    );
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bills,
    close: async () => {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await standIn.close();
      copyBills();
    },
  };
}

function splitDirectives(incoming: IncomingMessage): { path: string; directives: string | undefined } {
  const header = incoming.headers['x-stand-in'];
  const url = incoming.url ?? '/';
  const match = /^\/with\/([^/]*)(\/.*)$/.exec(url);
  if (match?.[1] === undefined || match[2] === undefined) {
    return { path: url, directives: typeof header === 'string' ? header : undefined };
  }
  return { path: match[2], directives: decodeURIComponent(match[1]) };
}

function forward(
  base: string,
  path: string,
  directives: string | undefined,
  incoming: IncomingMessage,
  response: ServerResponse,
  done: () => void,
): void {
  const headers = { ...incoming.headers, ...(directives === undefined ? {} : { 'x-stand-in': directives }) };
  const upstream = httpRequest(base + path, { method: incoming.method ?? 'GET', headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('data', (chunk: Buffer) => response.write(chunk));
    answer.on('error', () => {
      done();
      response.socket?.resetAndDestroy();
    });
    answer.on('end', () => {
      done();
      response.end();
    });
  });
  upstream.on('error', () => response.socket?.resetAndDestroy());
  response.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

function sendNative(answer: NativeAnswer, response: ServerResponse): void {
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  if (answer.kind === 'json') {
    response.setHeader('content-type', 'application/json');
    // Anthropic leaves `citations` out of a text without any
    const text = JSON.stringify(answer.body, (key, value: unknown) =>
      key === 'citations' && value === null ? undefined : value,
    );
    response.end(text);
    return;
  }
  response.setHeader('content-type', 'text/event-stream');
  for (const event of answer.events) response.write(`data: ${JSON.stringify(event)}\r\n\r\n`);
  response.end();
}

async function readJson(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  return isRecord(value) ? value : {};
}
