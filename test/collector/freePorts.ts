import net from 'node:net';

/** The system may give a port again once it is closed, and its part may not have started yet. */
const given = new Set<number>();

/** Ports of 127.0.0.1 that nobody listens on, each different: a part comes back on the one it had. */
export async function freePorts(count: number): Promise<number[]> {
  for (;;) {
    const ports = await listenAtOnce(count);
    if (ports.some((port) => given.has(port))) continue;
    for (const port of ports) given.add(port);
    return ports;
  }
}

async function listenAtOnce(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => net.createServer());
  // All at once, else the system might give the same port twice.
  await Promise.all(
    servers.map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))),
  );
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
    return address.port;
  });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

export const localAddress = (port: number | undefined): string => `127.0.0.1:${String(port)}`;
