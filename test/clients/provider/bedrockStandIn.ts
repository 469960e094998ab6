/**
 * A stand-in for Amazon Bedrock's runtime on two loopback ports: HTTP/2 without TLS, as the AWS SDK speaks by default, and
 * HTTP/1. Converse, ConverseStream, InvokeModel and InvokeModelWithResponseStream, in the formats of several vendors; and
 * Anthropic's models as Vertex AI serves them.
 *
 * A request's header `x-stand-in` asks for the rest, as at the stand-in of `demo/provider`; `reject=limit` does not heed the
 * limit of the output, `reject=TYPE` is an exception in a stream after its second event of text. `times` holds for
 * `reset_after=0` as well.
 */
import { createServer as createHttp1 } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDirectives } from '../../../demo/provider/directives.ts';
import type { Directives } from '../../../demo/provider/directives.ts';
import { PromptCache, isRecord } from '../../../demo/provider/exchange.ts';
import type { RecordedRequest, StandIn } from '../support/standIn.ts';
import { converseAnswer, invokeAnswer } from './bedrockAnswers.ts';
import type { BedrockAnswer } from './bedrockAnswers.ts';
import { exceptionFrame } from './bedrockFrames.ts';

/** What both versions of HTTP give a server, as far as it is needed. */
interface Incoming extends AsyncIterable<Buffer> {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}
interface Outgoing {
  setHeader(name: string, value: string): unknown;
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
  write(bytes: Buffer): boolean;
  end(bytes?: string): unknown;
  destroy(): unknown;
  once(event: 'close', listener: () => void): unknown;
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};
const REQUEST_ID = 'fixed-request-0001';
const JSON_TYPE = { 'content-type': 'application/json' };
const BEDROCK = /^\/model\/([^/]+)\/(converse|converse-stream|invoke|invoke-with-response-stream)$/;
const VERTEX = /\/publishers\/anthropic\/models\/([^/:]+):(rawPredict|streamRawPredict)$/;

export async function bedrockStandIn(): Promise<StandIn> {
  const requests: RecordedRequest[] = [];
  const onRequest = (incoming: Incoming, outgoing: Outgoing): void => {
    void serve(incoming, outgoing, requests).catch(() => outgoing.destroy());
  };
  const http1 = createHttp1((incoming, outgoing) => onRequest(incoming as Incoming, outgoing));
  const sessions = new Set<{ destroy(): void }>();
  const http2 = createHttp2((incoming, outgoing) =>
    onRequest(incoming as unknown as Incoming, outgoing as unknown as Outgoing),
  );
  http2.on('session', (session) => sessions.add(session));
  for (const server of [http1, http2]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const urlOf = (server: typeof http1 | typeof http2): string =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: {
      BEDROCK_URL: urlOf(http2),
      BEDROCK_HTTP1_URL: urlOf(http1),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    requests,
    async close() {
      for (const session of sessions) session.destroy();
      http1.closeAllConnections();
      for (const server of [http1, http2]) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(incoming: Incoming, outgoing: Outgoing, requests: RecordedRequest[]): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = parsed(Buffer.concat(chunks).toString());
  const path = incoming.url ?? '/';
  const record = { method: incoming.method ?? '', path, headers: ownHeaders(incoming.headers), body };
  const at = requests.push({ ...record, status: null }) - 1;
  const directives = parseDirectives(headerOf(incoming, 'x-stand-in'));
  outgoing.setHeader('x-amzn-requestid', directives.texts.id ?? REQUEST_ID);
  const { status, times = Infinity, delay_ms: delayMs = 0, reset_after: resetAfter } = directives.numbers;
  if (delayMs > 0) await sleep(delayMs);
  const attempt = attemptOf(incoming);
  const fails = attempt <= times;
  if (resetAfter === 0 && fails) {
    outgoing.destroy();
    return;
  }
  const refusal = status !== undefined && fails ? status : 200;
  requests[at] = { ...record, status: refusal };
  if (refusal !== 200) {
    const type = errorTypes[refusal] ?? 'InternalServerException';
    outgoing.writeHead(refusal, { ...JSON_TYPE, 'x-amzn-errortype': type });
    outgoing.end(JSON.stringify({ message: `The stand-in was asked for a ${refusal}.` }));
    return;
  }
  const wasRead = await answer(path.split('?')[0] ?? '', body, directives, outgoing);
  if (!wasRead) requests[at] = { ...record, status: null };
}

/** From 1, as the AWS SDK counts; Anthropic's counts its retries. */
function attemptOf(incoming: Incoming): number {
  const counted = /attempt=(\d+)/.exec(headerOf(incoming, 'amz-sdk-request') ?? '')?.[1];
  return counted === undefined ? Number(headerOf(incoming, 'x-stainless-retry-count') ?? '0') + 1 : Number(counted);
}

/** HTTP/2 has names of its own for what stands in the first line. */
const ownHeaders = (headers: IncomingHttpHeaders): RecordedRequest['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':')));

/** False where the client closes the connection first. */
async function answer(path: string, body: Body, directives: Directives, outgoing: Outgoing): Promise<boolean> {
  const [, vertexModel, method] = VERTEX.exec(path) ?? [];
  const [, model = '', endpoint = ''] = BEDROCK.exec(path) ?? [];
  const request = {
    body,
    directives,
    model: decodeURIComponent(vertexModel ?? model),
    cache: new PromptCache(),
    nowSeconds: 0,
  };
  if (vertexModel !== undefined) {
    const given = invokeAnswer(request);
    if (method === 'streamRawPredict') return sendFrames(eventLines(given), 'text/event-stream', directives, outgoing);
    return sendBody(given, outgoing);
  }
  if (endpoint === '') {
    outgoing.writeHead(404, { ...JSON_TYPE, 'x-amzn-errortype': 'UnknownOperationException' });
    outgoing.end('{}');
    return true;
  }
  const given = endpoint.startsWith('converse') ? converseAnswer(request) : invokeAnswer(request);
  if (!endpoint.includes('stream')) return sendBody(given, outgoing);
  return sendFrames(given.frames, 'application/vnd.amazon.eventstream', directives, outgoing);
}

function sendBody({ headers, body }: BedrockAnswer, outgoing: Outgoing): true {
  outgoing.writeHead(200, { ...JSON_TYPE, ...headers });
  outgoing.end(JSON.stringify(body));
  return true;
}

async function sendFrames(
  frames: readonly Buffer[],
  contentType: string,
  directives: Directives,
  outgoing: Outgoing,
): Promise<boolean> {
  const { chunk_delay_ms: chunkDelayMs = 0, reset_after: resetAfter = Infinity } = directives.numbers;
  const { reject } = directives.texts;
  outgoing.writeHead(200, {
    'content-type': contentType,
    'x-amzn-bedrock-content-type': 'application/json',
  });
  let isClosed = false;
  outgoing.once('close', () => {
    isClosed = true;
  });
  for (const [index, frame] of frames.entries()) {
    if (chunkDelayMs > 0) await sleep(chunkDelayMs);
    if (isClosed) return false;
    if (index >= resetAfter) {
      outgoing.destroy();
      return true;
    }
    // In two pieces: no client may count on whole frames.
    outgoing.write(frame.subarray(0, 9));
    outgoing.write(frame.subarray(9));
    if (reject !== undefined && reject !== 'limit' && index === 2) {
      outgoing.write(exceptionFrame(reject, 'The stand-in was asked for it.'));
      break;
    }
  }
  outgoing.end();
  return true;
}

/** Vertex streams what Anthropic streams. */
const eventLines = ({ events }: BedrockAnswer): readonly Buffer[] =>
  events.map((event) => Buffer.from(`event: ${String((event as Body)['type'])}\ndata: ${JSON.stringify(event)}\n\n`));

type Body = Readonly<Record<string, unknown>>;

function parsed(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function headerOf({ headers }: Incoming, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
