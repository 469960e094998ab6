/** The socket in the data directory through which commands reach the running service. Whoever may open it may do all. */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { TollgateError, errorTable, type ErrorCode } from '../src/errors.ts';
import type { CommandResult, OnOutput, OnProgress } from './commands/command.ts';
import { openSocketPlace, readSocketPath } from './controlPath.ts';

export type RunCommand = (
  name: string,
  args: unknown,
  onProgress: OnProgress,
  onOutput: OnOutput,
) => Promise<CommandResult>;

/** Arguments are a few names. */
const ARGS_BYTES_MAX = 64 * 1024;
/** A backup or an audit may take long; a stop does not wait for it. */
const CLOSE_GRACE_MS = 500;

export interface Control {
  close(): Promise<void>;
}

/** Listens in `dataDir`; null where another living process does already. */
export async function listenControl(
  dataDir: string,
  run: RunCommand,
  onFault: (fault: unknown) => void,
): Promise<Control | null> {
  if (await isListening(dataDir)) return null;
  const server = createServer((incoming, response) => {
    answer(incoming, response, run, onFault).catch(onFault);
  });
  const place = openSocketPlace(dataDir);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(place.draftPath, resolve);
  });
  place.publish();
  return {
    async close() {
      place.remove();
      await closeServer(server);
    },
  };
}

/** Runs a command in the service of `dataDir`; null where none is running. Throws what the command threw there. */
export async function callControl(
  dataDir: string,
  name: string,
  args: unknown,
  onProgress: OnProgress = () => undefined,
  onOutput: OnOutput = async () => undefined,
): Promise<CommandResult | null> {
  const socketPath = readSocketPath(dataDir);
  const answered = socketPath === null ? null : await post(socketPath, name, args, { onProgress, onOutput });
  if (answered === null) return null;
  const content = JSON.parse(answered) as CommandResult | { readonly code: ErrorCode; readonly message: string };
  if ('code' in content) throw new TollgateError(content.code, content.message);
  return content;
}

function isListening(dataDir: string): Promise<boolean> {
  const socketPath = readSocketPath(dataDir);
  if (socketPath === null) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(socketPath, () => resolve(true));
    socket.on('error', () => resolve(false)).on('connect', () => socket.destroy());
  });
}

async function answer(
  incoming: IncomingMessage,
  response: ServerResponse,
  run: RunCommand,
  onFault: (fault: unknown) => void,
): Promise<void> {
  const name = decodeURIComponent((incoming.url ?? '/').slice(1));
  try {
    if (Number(incoming.headers['content-length'] ?? Infinity) > ARGS_BYTES_MAX) {
      throw new TollgateError(
        'body_too_large',
        `Arguments take at most ${ARGS_BYTES_MAX} bytes, with a Content-Length.`,
      );
    }
    const say = (line: object): boolean => {
      if (!response.headersSent) response.writeHead(200, CONTENT_TYPE);
      return response.write(`${JSON.stringify(line)}\n`);
    };
    const onOutput = async (output: string): Promise<void> => {
      if (!say({ output })) await taken(response);
      if (response.destroyed) throw new TollgateError('bad_request', 'Nobody reads the output any more.');
    };
    const result = await run(name, JSON.parse(await text(incoming)), (progress) => void say({ progress }), onOutput);
    send(response, 200, result);
  } catch (fault) {
    const isKnown = fault instanceof TollgateError;
    if (!isKnown) onFault(fault);
    const code = isKnown ? fault.code : 'internal';
    const message = isKnown ? fault.message : `The command failed in the service; its log says why.`;
    send(response, errorTable[code].status, { code, message });
  }
}

/** Resolves when what was written has been read, or will not be. */
function taken(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
    if (response.destroyed) done();
  });
}

const CONTENT_TYPE = { 'content-type': 'application/x-ndjson' };

/** The last line: before it there may be some that say how far it has come, or that are to be printed. */
function send(response: ServerResponse, status: number, body: object): void {
  if (!response.headersSent) response.writeHead(status, CONTENT_TYPE);
  response.end(`${JSON.stringify(body)}\n`);
}

interface Told {
  readonly onProgress: OnProgress;
  readonly onOutput: OnOutput;
}

/** Resolves to the answer's last line; null where nobody is behind the socket, because the service that made it was killed. */
function post(socketPath: string, name: string, args: unknown, told: Told): Promise<string | null> {
  const body = Buffer.from(JSON.stringify(args));
  const headers = { 'content-length': body.length };
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method: 'POST', path: `/${encodeURIComponent(name)}`, headers });
    outgoing.on('error', (fault: NodeJS.ErrnoException) => {
      if (fault.code === 'ENOENT' || fault.code === 'ECONNREFUSED') resolve(null);
      else reject(fault);
    });
    outgoing.on('response', (incoming) => {
      lastLine(incoming, told).then(resolve, reject);
    });
    outgoing.end(body);
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

async function lastLine(incoming: IncomingMessage, { onProgress, onOutput }: Told): Promise<string> {
  let last = '';
  for await (const line of createInterface(incoming)) {
    const content = JSON.parse(line) as { readonly progress?: unknown; readonly output?: unknown };
    if (typeof content.progress === 'string') onProgress(content.progress);
    else if (typeof content.output === 'string') await onOutput(content.output);
    else last = line;
  }
  if (last === '') throw new Error('The service ended before the command did.');
  return last;
}
