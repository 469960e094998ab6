import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { RecordedRequest, StandIn } from '../support/standIn.ts';
import { sendAnswer } from './answer.ts';
import type { Provider, ProviderName } from './answer.ts';
import { answerCohere } from './cohere.ts';
import { faultOf } from './faults.ts';
import { answerGoogle } from './google.ts';
import { errorOf } from './providerErrors.ts';
import { answerHuggingFace } from './huggingFace.ts';
import { answerMistral } from './mistral.ts';
import { answerOllama } from './ollama.ts';
import { answerOpenRouter } from './openrouter.ts';
import { answerGateway } from './vercelGateway.ts';
import { bodyOf } from './words.ts';
import type { Body } from './words.ts';

const providers: Readonly<Record<ProviderName, Provider>> = {
  google: answerGoogle,
  mistral: answerMistral,
  cohere: answerCohere,
  ollama: answerOllama,
  openrouter: answerOpenRouter,
  huggingface: answerHuggingFace,
  gateway: answerGateway,
};

/**
 * A provider at a loopback port, under its own name: `PROVIDER_PORT` says where, and applications find its hosts here.
 * It counts as `words.ts` says, and fails as `faults.ts` says, by the model that is asked for.
 */
export const startClientProvider = (name: ProviderName) => async (): Promise<StandIn> => {
  const requests: RecordedRequest[] = [];
  const faults = new Map<string, number>();
  const server = createServer((incoming, response) => {
    void serve(incoming, response).catch(() => response.destroy());
  });

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://stand-in');
    const body = bodyOf(await jsonOf(incoming));
    const model = modelOf(decodeURIComponent(url.pathname), body);
    const headers = { ...incoming.headers, host: incoming.headers.host?.replace(/:\d+$/, '') };
    const record = { method: incoming.method ?? '', path: incoming.url ?? '/', headers, body };
    const at = requests.push({ ...record, status: null }) - 1;
    const answer = providers[name]({
      path: url.pathname,
      query: url.searchParams,
      body,
      model,
      header: (header) => String(incoming.headers[header] ?? ''),
    });
    const fault = faultOf(model);
    const seen = faults.get(model) ?? 0;
    faults.set(model, seen + 1);
    if (fault.isReset) {
      response.destroy();
      return;
    }
    const status = answer === null ? 404 : seen < (fault.times ?? Infinity) ? (fault.status ?? 200) : 200;
    requests[at] = { ...record, status };
    response.statusCode = status;
    response.sendDate = false;
    if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (answer === null || status !== 200) {
      response.setHeader('content-type', 'application/json');
      response.setHeader('retry-after-ms', '1');
      response.end(JSON.stringify(errorOf(name, status)));
    } else await sendAnswer(response, answer, fault.chunkDelayMs ?? 0);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    environment: {
      PROVIDER_PORT: String(port),
      NODE_OPTIONS: `--require ${join(import.meta.dirname, 'loopbackHosts.cjs')}`,
    },
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** A scenario's, wherever the request has it; else the one that the body or the address names. */
function modelOf(path: string, body: Body): string {
  const scenario = /\bm-\w+/.exec(`${path} ${JSON.stringify(body)}`)?.[0];
  const named = typeof body['model'] === 'string' ? body['model'] : /\/models\/([^:]+)/.exec(path)?.[1];
  return scenario ?? named ?? '';
}

async function jsonOf(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return {};
  }
}
