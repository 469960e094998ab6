/** Listens and writes the address as in the `ready` line. Throws in plain words where the port cannot be had. */
export async function listenAt(
  name: 'grpc' | 'http' | 'api',
  host: string,
  port: number,
  listen: (port: number) => Promise<number>,
): Promise<string> {
  const shownHost = host.includes(':') ? `[${host}]` : host;
  try {
    return `${shownHost}:${await listen(port)}`;
  } catch (cause) {
    throw new Error(
      `Port ${port} on ${shownHost} (${name}) cannot be listened on: ${explain(cause)}. --${name}-port chooses another, 0 a free one.`,
      { cause },
    );
  }
}

function explain(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (message.includes('EADDRINUSE')) return 'another process has it';
  if (message.includes('EACCES')) return 'this user may not use it';
  if (message.includes('EADDRNOTAVAIL')) return 'this machine has no such address';
  return message;
}
