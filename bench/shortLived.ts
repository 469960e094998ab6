/**
 * What becomes of the calls of short-lived scripts: each makes one call and leaves, in each of the ways there are. The
 * calls that the provider billed are compared with those the real service has charged, when all scripts have ended and,
 * where something waits on disk, after the next process. Run: node dist/bench/shortLived.js [--scripts N] [--short]
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startProvider } from '../demo/provider/startProvider.ts';
import { distFolder, startTollgate } from './ingestServers.ts';
import { chargedByWay, homeOf, runNext, runWay, waiting, ways } from './shortLivedWays.ts';
import type { Way } from './shortLivedWays.ts';
import { printMachine, printTable } from './table.ts';
import type { TableCell } from './table.ts';

const { values: flags } = parseArgs({
  options: { scripts: { type: 'string' }, short: { type: 'boolean', default: false } },
});
const scripts = Number(flags.scripts ?? (flags.short ? ways.length : 1_000));
/** A few at once, as cron would start them. */
const AT_ONCE = 3;
/** The service charges what it has received within this time. */
const CHARGING_MS = 2_000;

const provider = await startProvider();
const service = await startTollgate('tollgate', null);
const folder = mkdtempSync(join(tmpdir(), 'tollgate-short-lived-'));

async function runAll(way: Way, count: number): Promise<readonly TableCell[]> {
  const home = homeOf(folder, way);
  mkdirSync(home);
  const script = {
    providerUrl: provider.url,
    otlpUrl: service.otlpUrl,
    home,
    workingDirectory: join(distFolder, '..'),
  };
  const before = provider.billed.length;
  let started = 0;
  const next = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      await runWay(way, script);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  const made = provider.billed.length - before;
  const kept = waiting(home);
  const atEnd = (await charged(way)).calls;
  if (kept > 0) await runNext(script);
  const { calls, costUsd } = await charged(way);
  process.stderr.write(`${way.name}: ${calls} of ${made}\n`);
  return [way.name, count, made, atEnd, calls, made - calls, costUsd];
}

async function charged({ name }: Way): Promise<{ readonly calls: number; readonly costUsd: string }> {
  await sleep(CHARGING_MS);
  return (await chargedByWay(service.apiUrl)).get(name) ?? { calls: 0, costUsd: '0' };
}

const rows: (readonly TableCell[])[] = [];
try {
  // As many a way as go into the whole; the first ways get one more each.
  for (const [at, way] of ways.entries()) rows.push(await runAll(way, Math.ceil((scripts - at) / ways.length)));
} finally {
  await Promise.all([provider.close(), service.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
printMachine();
printTable(
  `${scripts} scripts that make one call and leave`,
  ['way', 'scripts', 'calls made', 'charged when all had ended', 'charged after the next process', 'lost', 'USD'],
  rows,
);
