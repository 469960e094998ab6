import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { makeCall, postCalls, type ChatCall } from '../support/exports.ts';
import { runTollgate, startService, type RunningService } from '../support/service.ts';
import { expectBooks, messagesOf, startSenders, statusAt, type Senders } from './senders.ts';

const SEED = 20_261_122;
const RANDOM_FAULTS = 4;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FAULT = fileURLToPath(new URL('./fault.cjs', import.meta.url));

interface Fault {
  readonly calls: readonly string[];
  /** Part of the path. */
  readonly match: string;
  readonly grows?: boolean;
  readonly after?: number;
}

/** Where the engine ends itself, and opens again by itself. */
const deadly: readonly (readonly [string, Fault])[] = [
  ['a write of the log', { calls: ['writeSync'], match: 'pg_wal/' }],
  ['an fsync of the log', { calls: ['fsyncSync'], match: 'pg_wal/' }],
];

/** What the engine refuses, and goes on. */
const survived: readonly (readonly [string, Fault])[] = [
  ['a file that grows', { calls: ['writeSync'], match: 'base/', grows: true }],
  ['a file that is made, as those of a new day', { calls: ['openSync'], match: 'base/', grows: true }],
];

class Disk {
  readonly #file: string;
  constructor(place: TestPlace) {
    this.#file = path.join(place.dataDir, 'fault.json');
  }
  get env(): Record<string, string> {
    return { NODE_OPTIONS: `--require ${FAULT}`, FAULT_FILE: this.#file };
  }
  fail(fault: Fault): void {
    fs.writeFileSync(`${this.#file}.new`, JSON.stringify(fault));
    fs.renameSync(`${this.#file}.new`, this.#file);
  }
  mend(): void {
    fs.rmSync(this.#file);
  }
}

/** The disk refuses from now on until an export was refused; then it takes everything again, and so does the service. */
async function failAndMend(disk: Disk, fault: Fault, service: RunningService, senders: Senders): Promise<void> {
  const refused = (): number => senders.statuses.get(503) ?? 0;
  const before = refused();
  disk.fail(fault);
  await expect.poll(refused, { timeout: 60_000, interval: 20 }).toBeGreaterThan(before);
  expect(await statusAt(`${service.api}/healthz`)).toBe(200);
  disk.mend();
  await expect.poll(() => statusAt(`${service.api}/readyz`), { timeout: 60_000 }).toBe(200);
  await senders.more(40);
}

/** A day that no partition is there for. */
function callOn(day: number): ChatCall {
  return makeCall({ startedAtMs: Date.now() - day * DAY_MS - HOUR_MS });
}

describe('a disk that is full under the embedded store', { timeout: 600_000 }, () => {
  it('refuses exports with 503 and says so, goes on by itself when there is room, and has what it acknowledged', async () => {
    await using place = await makeTestPlace('embedded');
    const args = ['--data-dir', place.dataDir];
    const disk = new Disk(place);
    await using service = await startService({ args, env: disk.env });
    const senders = startSenders(() => service.http);
    await senders.more(80);
    for (const [, fault] of deadly) await failAndMend(disk, fault, service, senders);
    const ends = messagesOf(service).filter((message) => message.startsWith('the embedded store stopped'));
    expect(ends.length).toBeGreaterThanOrEqual(deadly.length);
    expect(service.log.join('\n')).toContain('No space left on device');
    for (const after of fc.sample(fc.integer({ min: 0, max: 30 }), { seed: SEED, numRuns: RANDOM_FAULTS })) {
      await failAndMend(disk, { calls: ['writeSync', 'openSync'], match: 'pgdata', after }, service, senders);
    }
    await senders.stop();
    expect(new Set(senders.statuses.keys())).toEqual(new Set([200, 503]));
    await service.kill();
    await using again = await startService({ args });
    await expectBooks(again, args, senders.acknowledged);
  });

  it.each(survived)(
    '%s: the export is refused whole, others go on, and it is taken when there is room',
    async (_, fault) => {
      await using place = await makeTestPlace('embedded');
      const disk = new Disk(place);
      await using service = await startService({ args: ['--data-dir', place.dataDir], env: disk.env });
      expect((await postCalls(service.http, [makeCall()])).status).toBe(200);
      disk.fail(fault);
      const calls = [makeCall(), callOn(3)];
      const refused = await postCalls(service.http, calls);
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await refused.text()).toContain('No space left on device');
      expect(await statusAt(`${service.api}/readyz`)).toBe(200);
      disk.mend();
      expect((await postCalls(service.http, calls)).status).toBe(200);
      const audit = await runTollgate(['audit', '--data-dir', place.dataDir]);
      expect(audit).toMatchObject({ code: 0 });
      expect(audit.stdout).toContain('3 ledger entries of');
    },
  );

  it('under the log alone leaves the service as it is', async () => {
    await using place = await makeTestPlace('embedded');
    const disk = new Disk(place);
    await using service = await startService({ args: ['--data-dir', place.dataDir], env: disk.env });
    disk.fail({ calls: ['writeSync'], match: 'pipe:' });
    // Told once in the log, which nobody can write to.
    const headers = { 'content-type': 'application/json' };
    await fetch(`${service.http}/v1/metrics`, { method: 'POST', headers, body: '{}' });
    expect((await postCalls(service.http, [makeCall()])).status).toBe(200);
    disk.mend();
    expect(await service.stop()).toBe(0);
    expect(messagesOf(service)).toContain('stopped');
  });

  it('keeps the service from starting, with 1 and the reason; nothing is lost by that', async () => {
    await using place = await makeTestPlace('embedded');
    const args = ['--data-dir', place.dataDir];
    await using first = await startService({ args });
    expect((await postCalls(first.http, [makeCall()])).status).toBe(200);
    await first.kill();
    const disk = new Disk(place);
    disk.fail({ calls: ['writeSync', 'openSync'], match: 'pgdata', grows: false });
    const ports = ['--grpc-port', '0', '--http-port', '0', '--api-port', '0'];
    const refused = await runTollgate(['serve', ...args, ...ports], disk.env);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('cannot be opened');
    disk.mend();
    expect((await runTollgate(['audit', ...args])).stdout).toContain('1 ledger entries of');
  });
});
