import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

/** 32 bytes. */
export const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;

export interface Received {
  readonly id: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: { readonly type: string; readonly timestamp: string; readonly data: Record<string, unknown> };
  /** Of the id, from 1. */
  readonly attempt: number;
  /** Whether the library of Standard Webhooks accepts it. */
  readonly isVerified: boolean;
}

/** What a receiver does: a status, with headers; never answers; takes it, and its answer is lost. */
export type Behaviour =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'hang'
  | 'drop answer';

export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
}

/** A receiver of webhooks that notes every post, then does as `behave` says. */
export async function startReceiver(behave: (received: Received) => Behaviour): Promise<Receiver> {
  const received: Received[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const noted = noteOf(request, Buffer.concat(chunks).toString('utf8'), received);
      received.push(noted);
      act(behave(noted), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function noteOf({ headers }: IncomingMessage, text: string, before: readonly Received[]): Received {
  const id = String(headers['webhook-id']);
  return {
    id,
    headers,
    body: JSON.parse(text) as Received['body'],
    attempt: before.filter((other) => other.id === id).length + 1,
    isVerified: isVerified(text, headers),
  };
}

function isVerified(text: string, headers: IncomingMessage['headers']): boolean {
  try {
    new Webhook(SECRET).verify(text, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

function act(behaviour: Behaviour, response: ServerResponse): void {
  if (behaviour === 'hang') return;
  if (behaviour === 'drop answer') response.destroy();
  else response.writeHead(behaviour.status, behaviour.headers).end('ok');
}
