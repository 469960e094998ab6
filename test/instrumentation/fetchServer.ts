import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FetchServer {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: string }[];
  close(): Promise<void>;
}

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const chunk = (fields: object): string => `data: ${JSON.stringify({ id: 'c1', model: 'm-1', ...fields })}\n\n`;
const part = (content: string): string => chunk({ choices: [{ index: 0, delta: { content } }] });
const pieces = [part('one'), `${part('two')}${part('zwei')}`, part('three'), 'data: [DO', 'NE]\n\n'];
const whole = JSON.stringify({ id: 'c1', model: 'm-1', choices: [{ finish_reason: 'stop' }], usage });

/**
 * Answers `POST /SHAPE/v1/chat/completions` in the shape that the path asks for. A stream in steps goes on with each
 * `GET /step`, and is cut off with `GET /cut`; `GET /closed` is answered when the connection of the last one is closed.
 */
export async function startFetchServer(): Promise<FetchServer> {
  const requests: FetchServer['requests'] = [];
  let step: () => void = () => undefined;
  let cut: () => void = () => undefined;
  let closed = Promise.resolve();

  const shapes: Readonly<Record<string, (response: ServerResponse, headers: IncomingMessage['headers']) => void>> = {
    json: (response) =>
      response.writeHead(200, 'Fine', { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] }).end(whole),
    form: (response) => response.writeHead(200, { 'content-type': 'application/x-www-form-urlencoded' }).end('a=1&b=2'),
    empty: (response) => response.writeHead(204).end(),
    error: (response) => response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"code":"x"}}'),
    moved: (response) => response.writeHead(307, { location: '/json/v1/chat/completions' }).end(),
    stream: (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(pieces.join('')),
    cut(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-length': 10_000 });
      response.write(pieces[0], () => response.socket?.destroy());
    },
    // What the request itself asks for, in base64.
    given(response, headers) {
      const { 'x-given-type': type, 'x-given': given } = headers;
      response.writeHead(200, typeof type === 'string' ? { 'content-type': type } : {});
      response.end(Buffer.from(String(given), 'base64'));
    },
    steps(response) {
      closed = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(pieces[0]);
      let at = 0;
      cut = () => response.socket?.destroy();
      step = () => {
        at += 1;
        if (at < pieces.length) response.write(pieces[at]);
        else response.end();
      };
    },
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (bytes: Buffer) => chunks.push(bytes));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const path = request.url ?? '/';
      if (path === '/step') {
        step();
        response.end();
      } else if (path === '/cut') {
        cut();
        response.end();
      } else if (path === '/closed') void closed.then(() => response.end('closed'));
      else {
        requests.push({ path, headers: request.headers, body });
        (shapes[path.split('/')[1] ?? ''] ?? ((other) => other.writeHead(404).end()))(response, request.headers);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
