import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../collector/freePorts.ts';
import type { Part } from '../collector/part.ts';
import type { ProcessGuard } from '../collector/processGuard.ts';
import { loadPostgres } from '../support/embeddedPostgres.ts';

const USER = 'tollgate';
const PASSWORD = 'tollgate';
/** After a SIGKILL of the postmaster its children hold the shared memory until they notice, and no other may start. */
const STARTS_MAX = 60;
const START_AGAIN_MS = 250;
const GONE_POLL_MS = 20;

export interface PostgresPart extends Part {
  readonly url: string;
}

/** A PostgreSQL of its own, to be killed and started again on the same data directory. As root it runs as OS user postgres. */
export async function createPostgres(guard: ProcessGuard): Promise<PostgresPart> {
  const Postgres = await loadPostgres('postgres18');
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-chaos-'));
  // The server's user must reach what lies in it.
  fs.chmodSync(directory, 0o711);
  const databaseDir = path.join(directory, 'data');
  const [port = 0] = await freePorts(1);
  const flags = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=100', 'fsync=off'];
  const make = (): InstanceType<typeof Postgres> =>
    new Postgres({
      databaseDir,
      port,
      user: USER,
      password: PASSWORD,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--no-sync'],
      // A killed process loses nothing that it wrote: only the machine's end would, and nobody ends that here.
      postgresFlags: flags.flatMap((flag) => ['-c', flag]),
      onLog: () => undefined,
      onError: () => undefined,
    });
  let server: InstanceType<typeof Postgres> | null = null;
  await make().initialise();

  function readPid(): number | undefined {
    const [line = ''] = fs.readFileSync(path.join(databaseDir, 'postmaster.pid'), 'utf8').split('\n');
    return Number(line);
  }

  async function kill(): Promise<void> {
    if (server === null) return;
    server = null;
    const pid = readPid();
    if (pid === undefined) return;
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await delay(GONE_POLL_MS);
    guard.forget(pid);
  }

  return {
    name: 'postgres',
    url: `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres`,
    start: async () => {
      for (let attempt = 1; server === null; attempt += 1) {
        const starting = make();
        try {
          await starting.start();
          server = starting;
        } catch (cause) {
          if (attempt === STARTS_MAX) throw new Error(`expected PostgreSQL to start in ${databaseDir}`, { cause });
          await delay(START_AGAIN_MS);
        }
      }
      guard.watch(readPid());
    },
    // Its "fast" shutdown, which does not wait for clients to go.
    stop: async () => {
      const pid = server === null ? undefined : readPid();
      await server?.stop();
      server = null;
      guard.forget(pid);
      return 0;
    },
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
