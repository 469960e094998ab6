import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { emptied, openForwarding } from './forwarding.ts';
import { OK, startHttpDownstream } from './httpDownstream.ts';
import { makeDirectory } from './queues.ts';

/** The last one without a downstream, so that something is left. */
const KILLS = 13;
/** After the first take that resolved. */
const KILL_AFTER_MS_MAX = 200;
/** Names of one process begin where no other's do. */
const NAMES_A_PROCESS = 10_000;
const TIMEOUT_MS = 180_000;

/** Lets a process of its own take spans until SIGKILL; resolves to the names of those whose take resolved. */
async function takeUntilKilled(round: number, dataDir: string, endpoint: string): Promise<string[]> {
  const args = ['test/forward/killChild.mjs', String(round * NAMES_A_PROCESS), dataDir, endpoint];
  const child = spawn(process.execPath, args);
  let taken = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    if (taken === '') setTimeout(() => child.kill('SIGKILL'), Math.random() * KILL_AFTER_MS_MAX);
    taken += chunk.toString();
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (...end) => resolve(end));
  });
  expect({ code, signal, errors }).toEqual({ code: null, signal: 'SIGKILL', errors: '' });
  // What follows the last line end is half a name.
  return taken.split('\n').slice(0, -1);
}

it(
  `a process killed ${KILLS} times loses no span whose take resolved, with downstream there and away`,
  async () => {
    using directory = makeDirectory();
    await using downstream = await startHttpDownstream(() => OK);
    const nobody = 'http://127.0.0.1:1';
    const taken: string[] = [];
    for (let round = 0; round < KILLS; round += 1) {
      const endpoint = round % 3 === 2 ? downstream.url : nobody;
      taken.push(...(await takeUntilKilled(round, directory.path, endpoint)));
    }
    // Half a record at the end of the newest file, as a kill in the midst of a write leaves it.
    const place = path.join(directory.path, 'forward');
    const [newest = ''] = fs
      .readdirSync(place)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .reverse();
    fs.appendFileSync(path.join(place, newest), fs.readFileSync(path.join(place, newest)).subarray(0, 40));
    await using forwarding = await openForwarding({
      config: { endpoint: downstream.url },
      dataDir: directory.path,
    });
    const counts = await emptied(forwarding);
    expect(counts.dropped).toEqual({});
    expect(counts.recovered).toBe(counts.forwarded);
    const arrived = new Set(downstream.acknowledged);
    expect(taken.filter((name) => !arrived.has(name))).toEqual([]);
    expect(taken.length).toBeGreaterThan(KILLS);
  },
  TIMEOUT_MS,
);
