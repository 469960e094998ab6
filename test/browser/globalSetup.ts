import http from 'node:http';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { fillStore } from '../support/fillStore/fillStore.ts';
import { type RunningService, startService } from '../support/service.ts';
import { findChromium } from './support/findChromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The path of Chromium's executable. */
    chromium: string;
    /** Answers with the addresses of the filled service, which starts when the first test file asks. */
    filledUrl: string;
  }
}

/** Enough that lists have pages and every day has calls, and not so much that filling takes long. */
const TURNS_A_DAY = 12;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('chromium', await findChromium());
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'tollgate-filled-'));
  let filled: Promise<RunningService> | null = null;

  async function startFilled(): Promise<RunningService> {
    const service = await startService({ args: ['--data-dir', dataDir] });
    await fillStore(service.http, service.api, { now: new Date(), turnsADay: TURNS_A_DAY });
    return service;
  }

  const door = http.createServer((_request, response) => {
    response.setHeader('connection', 'close');
    filled ??= startFilled();
    filled.then(
      ({ api, http: otlp }) => response.end(JSON.stringify({ api, http: otlp })),
      (fault: unknown) =>
        response.writeHead(500).end(fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)),
    );
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  const address = door.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP port');
  project.provide('filledUrl', `http://127.0.0.1:${address.port}`);

  return async () => {
    door.close();
    door.closeAllConnections();
    const [outcome] = await Promise.allSettled([filled]);
    if (outcome.status === 'fulfilled') await outcome.value?.[Symbol.asyncDispose]();
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
}
