import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeEmbeddedTemplate, startPostgres, type RunningServer } from './servers.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Answers `GET /postgres15`, `/postgres18` with an admin URL, `/embedded` with a directory to copy. */
    storesUrl: string;
    /** For the directories of tests; removed at the end of the run. */
    runDirectory: string;
  }
}

/** Servers start when the first test file asks, once a run, so a run of the pure tests pays nothing. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = new Map<string, Promise<RunningServer>>();
  const runDirectory = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-run-'));
  const directory = path.join(runDirectory, 'template');
  let embedded: Promise<void> | null = null;

  async function answer(kind: string | undefined): Promise<string> {
    if (kind === '/embedded') {
      embedded ??= makeEmbeddedTemplate(directory);
      await embedded;
      return directory;
    }
    if (kind !== '/postgres15' && kind !== '/postgres18') throw new Error(`expected a kind of store, found ${kind}`);
    const server = servers.get(kind) ?? startPostgres(kind === '/postgres15' ? 'postgres15' : 'postgres18');
    servers.set(kind, server);
    return (await server).adminUrl;
  }

  const door = http.createServer((request, response) => {
    // A test file asks seldom: a connection kept open would be closed just as the next question takes it.
    response.setHeader('connection', 'close');
    answer(request.url).then(
      (text) => response.end(text),
      (fault: unknown) =>
        response.writeHead(500).end(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)),
    );
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  project.provide('runDirectory', runDirectory);
  project.provide('storesUrl', `http://127.0.0.1:${address.port}`);

  return async () => {
    door.close();
    door.closeAllConnections();
    await Promise.allSettled([embedded, ...[...servers.values()].map(async (server) => (await server).stop())]);
    fs.rmSync(runDirectory, { recursive: true, force: true });
  };
}
