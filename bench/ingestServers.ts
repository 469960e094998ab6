import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { loadPostgres } from '../test/support/embeddedPostgres.ts';

export const distFolder = fileURLToPath(new URL('..', import.meta.url));
export const serviceMain = join(distFolder, 'processor/main.js');

/** A receiver under test. */
export interface Receiver {
  readonly name: string;
  readonly pid: number;
  readonly store: 'embedded' | 'postgres';
  readonly otlpUrl: string;
  readonly apiUrl: string;
  /** Calls it says it has, all told. */
  countCalls(): Promise<number>;
  /** Runs the audit over all that was stored; throws with its output when it finds a difference. Null: it has none. */
  readonly audit: (() => Promise<string>) | null;
  stop(): Promise<void>;
}

export interface BenchPostgres {
  readonly pid: number;
  readonly settings: readonly string[];
  makeDatabase(name: string): Promise<string>;
  /** Makes it where it is not there. */
  openDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** On disk and with fsync, as an acknowledgement that means something needs it. */
const postgresSettings = ['fsync=on', 'synchronous_commit=on', 'shared_buffers=1GB', 'max_wal_size=4GB'];

/** With `keptIn` its data stays in that folder, and is found there the next time. */
export async function startBenchPostgres(keptIn?: string): Promise<BenchPostgres> {
  const folder = keptIn ?? mkdtempSync(join(tmpdir(), 'tollgate-bench-postgres-'));
  mkdirSync(folder, { recursive: true });
  // As root the server runs as another user, who must reach what lies in it.
  chmodSync(folder, 0o711);
  const databaseDir = join(folder, 'data');
  const port = await freePort();
  const flags = [...postgresSettings, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
  const log: string[] = [];
  const Postgres = await loadPostgres('postgres18');
  const server = new Postgres({
    databaseDir,
    port,
    user: 'tollgate',
    password: 'tollgate',
    persistent: keptIn !== undefined,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: flags.flatMap((flag) => ['-c', flag]),
    onLog: (line: string) => log.push(line),
    onError: (line: unknown) => log.push(String(line)),
  });
  try {
    if (!existsSync(join(databaseDir, 'PG_VERSION'))) await server.initialise();
    await server.start();
  } catch (error) {
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: error });
  }
  const urlOf = (name: string): string => `postgres://tollgate:tollgate@127.0.0.1:${port}/${name}`;
  return {
    pid: Number(readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')[0]),
    settings: postgresSettings,
    makeDatabase: async (name) => {
      await server.createDatabase(name);
      return urlOf(name);
    },
    openDatabase: async (name) => {
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
      await client.end();
      if (rowCount === 0) await server.createDatabase(name);
      return urlOf(name);
    },
    stop: async () => {
      await server.stop();
      if (keptIn === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The real service, on the embedded store or, with a URL, on PostgreSQL. */
export async function startTollgate(
  name: string,
  databaseUrl: string | null,
  moreArgs: readonly string[] = [],
): Promise<Receiver> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tollgate-bench-data-'));
  const place = ['--data-dir', dataDir, ...(databaseUrl === null ? [] : ['--database-url', databaseUrl])];
  const ports = ['--grpc-port', '0', '--http-port', '0', '--api-port', '0'];
  const { child, ready } = await startProcess([serviceMain, 'serve', ...place, ...ports, ...moreArgs], {});
  return {
    name,
    pid: child.pid ?? 0,
    store: databaseUrl === null ? 'embedded' : 'postgres',
    otlpUrl: `http://${ready.get('http')}`,
    apiUrl: `http://${ready.get('api')}`,
    countCalls: async () => {
      const response = await fetch(`http://${ready.get('api')}/api/v1/costs?period=24h`);
      if (!response.ok) throw new Error(`the API answered ${response.status}: ${await response.text()}`);
      const { totals } = (await response.json()) as { totals: { calls: number } };
      return totals.calls;
    },
    audit: async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [serviceMain, 'audit', ...place]);
      return stdout.trim();
    },
    stop: async () => {
      await endProcess(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export async function startNaive(name: string, databaseUrl: string): Promise<Receiver> {
  const { child, ready } = await startProcess([join(distFolder, 'bench/ingestNaive.js')], {
    DATABASE_URL: databaseUrl,
  });
  const otlpUrl = `http://${ready.get('http')}`;
  return {
    name,
    pid: child.pid ?? 0,
    store: 'postgres',
    otlpUrl,
    apiUrl: otlpUrl,
    countCalls: async () => Number(await (await fetch(otlpUrl)).text()),
    audit: null,
    stop: () => endProcess(child),
  };
}

const READY_TIMEOUT_MS = 60_000;

/** Starts Node on a script and waits for its line `ready name=value …`. What it logs is shown when it ends early. */
export async function startProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<{ child: ChildProcess; ready: ReadonlyMap<string, string> }> {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-4000);
  });
  const readyLine = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`${args[0]} ended with ${code} before it was ready:\n${log}`)));
    setTimeout(
      () => reject(new Error(`${args[0]} was not ready in ${READY_TIMEOUT_MS} ms:\n${log}`)),
      READY_TIMEOUT_MS,
    ).unref();
  });
  const pairs = (await readyLine)
    .split(' ')
    .slice(1)
    .map((pair) => pair.split('='));
  return { child, ready: new Map(pairs.map(([key = '', value = '']) => [key, value])) };
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return address.port;
}
