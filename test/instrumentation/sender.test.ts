import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../instrumentation/config.ts';
import type { Destination } from '../../instrumentation/destination.ts';
import { send } from '../../instrumentation/sending/sender.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(answer: RequestListener): Promise<Destination> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_EXPORTER_OTLP_TIMEOUT: '300' })
    .config.destination;
}

const bytes = Buffer.from('spans');

describe('an answer to an export', () => {
  it.each([
    [200, 'accepted'],
    [202, 'accepted'],
    [302, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [413, 'refused'],
    [500, 'refused'],
    [429, 'unreachable'],
    [502, 'unreachable'],
    [503, 'unreachable'],
    [504, 'unreachable'],
  ] as const)('with status %i is %s', async (status, outcome) => {
    const destination = await listen((request, response) => {
      request.resume();
      response.writeHead(status, { 'retry-after': '1', location: '/elsewhere' }).end();
    });
    expect(await send(destination, bytes)).toMatchObject({ status: outcome });
  });

  it('that does not come in time, in whole, is none', async () => {
    const slow = await listen((_request, response) => {
      response.writeHead(200, { 'content-length': '10' }).write('x');
    });
    expect(await send(slow, bytes)).toMatchObject({ status: 'unreachable' });
    const silent = await listen(() => undefined);
    expect(await send(silent, bytes)).toEqual({
      status: 'unreachable',
      reason: 'no answer in 300 ms',
      isLost: false,
    });
  });

  it('that is a change of protocol is none', async () => {
    const destination = await listen((_request, response) => {
      response.writeHead(101, { connection: 'upgrade', upgrade: 'other' }).end();
    });
    expect(await send(destination, bytes)).toMatchObject({ status: 'unreachable' });
  });
});

describe('a connection that was kept', () => {
  it('and that the other side closes as it is used again is replaced, once', async () => {
    const arrived: number[] = [];
    const destination = await listen((request, response) => {
      arrived.push(request.socket.remotePort ?? 0);
      // The first request of each connection is answered, a second one is not.
      if (arrived.filter((port) => port === request.socket.remotePort).length > 1) request.socket.destroy();
      else request.resume().on('end', () => response.end());
    });
    expect(await send(destination, bytes)).toMatchObject({ status: 'accepted' });
    expect(await send(destination, bytes)).toMatchObject({ status: 'accepted' });
    const [first, again, other] = arrived;
    expect([arrived.length, again === first, other === first]).toEqual([3, true, false]);
  });

  it('is not the reason where a new one is closed', async () => {
    let count = 0;
    const destination = await listen((request) => {
      count += 1;
      request.socket.destroy();
    });
    expect(await send(destination, bytes)).toMatchObject({ status: 'unreachable' });
    expect(count).toBe(1);
  });
});
