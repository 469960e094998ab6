import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RecordedRequest, StandIn } from '../support/standIn.ts';
import { chatAnswer, chatEvents } from './scriptedChat.ts';
import { responsesAnswer, responsesEvents } from './scriptedResponses.ts';
import { nextTurn } from './script.ts';

/**
 * The OpenAI wire, chat completions and responses, with answers that the prompt itself asks for (see `script.ts`): what
 * agents need to be led through tools and handoffs.
 */
export async function scriptedStandIn(): Promise<StandIn> {
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing, requests));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    environment: { PROVIDER_URL: url, OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'test' },
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, requests: RecordedRequest[]): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null') as Record<string, unknown>;
  const { method = '', url: path = '', headers } = incoming;
  const turn = nextTurn(body);
  const isChat = path.endsWith('/chat/completions');
  const status = turn.error ?? (isChat || path.endsWith('/responses') ? 200 : 404);
  requests.push({ method, path, headers, body, status });
  if (status !== 200) {
    const error = { message: `scripted ${status}`, type: 'invalid_request_error', param: null, code: 'scripted' };
    outgoing.writeHead(status, { 'content-type': 'application/json', 'x-should-retry': 'false' });
    outgoing.end(JSON.stringify({ error }));
    return;
  }
  if (body['stream'] !== true) {
    outgoing.writeHead(200, { 'content-type': 'application/json' });
    outgoing.end(JSON.stringify(isChat ? chatAnswer(body, turn) : responsesAnswer(body, turn)));
    return;
  }
  outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of isChat ? chatEvents(body, turn) : responsesEvents(body, turn)) outgoing.write(event);
  outgoing.end();
}
