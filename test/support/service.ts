import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/processor/main.js', import.meta.url));
/** A first start makes the embedded store's files, on a machine that may be busy. */
const READY_TIMEOUT_MS = 60_000;
/** For a test that starts the service several times. */
export const SERVICE_TEST_TIMEOUT_MS = 180_000;
const READY_LINE = /^ready grpc=(\S+) http=(\S+) api=(\S+) store=(embedded|postgres)$/;

export interface ServiceOptions {
  /** After `serve`; the ports are free ones unless these say otherwise. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningService extends AsyncDisposable {
  readonly pid: number;
  /** Base addresses. */
  readonly grpc: string;
  readonly http: string;
  readonly api: string;
  readonly store: string;
  /** All lines of stdout, and all of the log so far. */
  readonly output: readonly string[];
  readonly log: readonly string[];
  /** SIGTERM; resolves to the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the compiled service as a user would, and waits for its `ready` line. */
export async function startService(options: ServiceOptions = {}): Promise<RunningService> {
  const ports = ['--grpc-port', '0', '--http-port', '0', '--api-port', '0'];
  const child = launch(['serve', ...ports, ...(options.args ?? [])], options.env ?? {});
  const output: string[] = [];
  const log: string[] = [];
  if (child.stdout === null || child.stderr === null) throw new Error('expected pipes');
  createInterface(child.stderr).on('line', (line) => log.push(line));
  const lines = createInterface(child.stdout).on('line', (line) => output.push(line));
  const exited = once(child, 'exit').then(() => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), READY_TIMEOUT_MS);
  await Promise.race([once(lines, 'line'), exited]);
  clearTimeout(timer);
  const ready = READY_LINE.exec(output[0] ?? '');
  if (ready === null) {
    child.kill('SIGKILL');
    throw new Error(`expected the ready line, found ${JSON.stringify(output)} and the log\n${log.join('\n')}`);
  }
  const [, grpc, http, api, store = ''] = ready;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    pid: child.pid ?? 0,
    grpc: `http://${grpc}`,
    http: `http://${http}`,
    api: `http://${api}`,
    store,
    output,
    log,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL').then(() => undefined),
    [Symbol.asyncDispose]: () => end('SIGKILL').then(() => undefined),
  };
}

/** Runs a command to its end. */
export async function runTollgate(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const child = launch(args, env);
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode, stdout, stderr };
}

function launch(args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TOLLGATE_|OTEL_|DATABASE_URL$|NODE_OPTIONS$)/.test(name),
  );
  return spawn(process.execPath, [MAIN, ...args], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
