import net from 'node:net';

export interface CommitDropper extends AsyncDisposable {
  /** The database's, by way of here. */
  readonly url: string;
  /** Commits whose answer never came back. */
  readonly dropped: () => number;
}

/** What a server answers to COMMIT (CommandComplete, https://www.postgresql.org/docs/current/protocol-message-formats.html). */
const COMMITTED = Buffer.from('COMMIT\0');

/** A way to PostgreSQL that breaks the connection in the place of every other answer to a commit. */
export async function openCommitDropper(databaseUrl: string): Promise<CommitDropper> {
  const target = new URL(databaseUrl);
  const sockets = new Set<net.Socket>();
  let commits = 0;
  const server = net.createServer((client) => {
    const upstream = net.connect(Number(target.port), target.hostname);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.pipe(upstream);
    upstream.on('data', (chunk: Buffer) => {
      if (chunk.includes(COMMITTED)) commits += 1;
      if (chunk.includes(COMMITTED) && commits % 2 === 1) end();
      else client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String(address.port);
  return {
    url: url.href,
    dropped: () => Math.ceil(commits / 2),
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
