import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { migrate } from '../../processor/store/migrate.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { loadPostgres, type PostgresKind } from './embeddedPostgres.ts';

export const TEMPLATE_DATABASE = 'tollgate_template';
const USER = 'tollgate';
const PASSWORD = 'tollgate';
const START_ATTEMPTS = 3;

export interface RunningServer {
  /** Of the database every test database is copied from; `CREATE DATABASE` goes through `adminUrl`. */
  readonly adminUrl: string;
  /** Ends the server, with every session; `resume` starts it again on the same port, with the same data. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts PostgreSQL on a free port of 127.0.0.1 with a migrated template database. As root it runs as OS user postgres. */
export async function startPostgres(kind: PostgresKind): Promise<RunningServer> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), `tollgate-${kind}-`));
  // The server's user must reach what lies in it.
  fs.chmodSync(directory, 0o711);
  const isRoot = process.getuid?.() === 0;
  const guard = watch(directory);
  const Postgres = await loadPostgres(kind);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const log: string[] = [];
    const server = new Postgres({
      databaseDir: path.join(directory, `data${attempt}`),
      port,
      user: USER,
      password: PASSWORD,
      createPostgresUser: isRoot,
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      // What a test proves about crashes it proves about clients; the server's own fsync would only be slow here.
      postgresFlags: [
        '-c',
        'listen_addresses=127.0.0.1',
        '-c',
        'unix_socket_directories=',
        '-c',
        'fsync=off',
        '-c',
        'max_connections=200',
      ],
      onLog: (line: string) => log.push(line),
      onError: (line: unknown) => log.push(String(line)),
    });
    try {
      await server.initialise();
      await server.start();
      const adminUrl = `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`;
      await makeTemplate(adminUrl);
      return {
        adminUrl,
        pause: () => server.stop(),
        resume: () => server.start(),
        stop: async () => {
          await server.stop();
          guard.stdin?.end();
        },
      };
    } catch (fault) {
      await server.stop();
      if (attempt < START_ATTEMPTS) continue;
      guard.stdin?.end();
      throw new Error(`${kind} did not start:\n${log.join('')}`, { cause: fault });
    }
  }
}

/** The data directory of an embedded store, migrated and closed, to be copied. */
export async function makeEmbeddedTemplate(directory: string): Promise<void> {
  const database = await openDatabase({ dataDir: directory });
  await migrate(database);
  await database.close();
}

async function makeTemplate(adminUrl: string): Promise<void> {
  const admin = await openDatabase({ databaseUrl: adminUrl, dataDir: '' });
  await admin.query(`create database ${TEMPLATE_DATABASE}`);
  await admin.close();
  const url = new URL(adminUrl);
  url.pathname = TEMPLATE_DATABASE;
  const template = await openDatabase({ databaseUrl: url.href, dataDir: '' });
  await migrate(template);
  await template.close();
}

/**
 * A process that waits for the end of its stdin, which comes even when this one is killed, then ends the servers under
 * the directory by their pid files and removes it: no run leaves a server behind.
 */
function watch(directory: string): ChildProcess {
  const script = `cat > /dev/null
for f in "$1"/data*/postmaster.pid; do [ -f "$f" ] && kill -INT "$(head -n 1 "$f")"; done
sleep 1
rm -rf "$1"`;
  const guard = spawn('sh', ['-c', script, 'sh', directory], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  guard.unref();
  return guard;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  return address.port;
}
