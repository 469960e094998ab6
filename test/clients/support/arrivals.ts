import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { requestsOf } from './expectation.ts';
import type { StandIn } from './standIn.ts';

const POLL_MS = 5;

export interface Arrivals extends AsyncDisposable {
  readonly url: string;
}

/** Answers `GET /MODEL` when a request for the model has reached the stand-in: scenarios that abort a call know by it that it is under way. */
export async function startArrivals(standIn: StandIn): Promise<Arrivals> {
  const server = createServer((request, response) => {
    const model = (request.url ?? '').slice(1);
    const answerOnce = async (): Promise<void> => {
      while (requestsOf(standIn.requests, model).length === 0 && !response.destroyed) await wait(POLL_MS);
      response.setHeader('connection', 'close').end();
    };
    void answerOnce();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
