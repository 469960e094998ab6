import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { audit } from '../../processor/store/audit.ts';
import type { Database } from '../../processor/store/database.ts';
import { openDatabase } from '../../processor/store/openDatabase.ts';
import { makeTestPlace, type TestPlace } from '../support/database.ts';
import { totals } from './totals.ts';

const ROUNDS = 3;
/** After the first acknowledgement. */
const KILL_AFTER_MS_MAX = 1500;
const CALLS_MAX = 40;
const TIMEOUT_MS = 300_000;

/** Lets a process of its own commit until it is killed with SIGKILL; returns the numbers of the batches it acknowledged. */
async function commitUntilKilled(place: TestPlace, round: number, killAfterMs: number): Promise<number[]> {
  const child = spawn(process.execPath, [
    'test/store/killChild.mjs',
    String(round),
    place.dataDir,
    ...(place.url === undefined ? [] : [place.url]),
  ]);
  let acks = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    if (acks === '') setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    acks += chunk.toString();
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    child.once('close', (...end) => resolve(end));
  });
  expect({ code, signal, errors }).toEqual({ code: null, signal: 'SIGKILL', errors: '' });
  // What follows the last line end is half a number.
  return acks.split('\n').slice(0, -1).map(Number);
}

/** How many calls each batch of a round has in the store. */
async function storedBatches(database: Database, round: number): Promise<Map<number, number>> {
  const rows = await database.query<{ number: string; calls: string }>(
    `select substr(encode(trace_id, 'hex'), 17) as number, count(*) as calls from tollgate_data.calls
     where substr(encode(trace_id, 'hex'), 1, 16) = $1 group by 1`,
    [String(round).padStart(16, '0')],
  );
  return new Map(rows.map(({ number, calls }) => [Number(number), Number(calls)]));
}

describe.each(['postgres18', 'embedded'] as const)('a process killed under load on %s', (kind) => {
  it(
    'has every acknowledged call in the store once, and its books close',
    async () => {
      await using place = await makeTestPlace(kind);
      for (let round = 1; round <= ROUNDS; round += 1) {
        const acked = await commitUntilKilled(place, round, Math.random() * KILL_AFTER_MS_MAX);
        const database = await openDatabase({ databaseUrl: place.url, dataDir: place.dataDir });
        const stored = await storedBatches(database, round);
        const expected = acked.map((number) => [number, (number % CALLS_MAX) + 1]);
        expect(acked.map((number) => [number, stored.get(number)])).toEqual(expected);
        // A batch is whole or not there at all.
        for (const [number, calls] of stored) expect(calls).toBe((number % CALLS_MAX) + 1);
        expect((await audit(database)).differences).toEqual([]);
        const { calls, ...sums } = await totals(database);
        for (const sum of Object.values(sums)) expect(sum).toEqual(calls);
        await database.close();
      }
    },
    TIMEOUT_MS,
  );
});
