/**
 * How long the page's first view takes over a filled PostgreSQL (bench/fiveMillion.ts), in a real Chromium: until the sum stands there,
 * the first chart, the sentence that says why, and all of it. `cold` is a new browser each time, `warm` the same address once more.
 * Run: node dist/bench/firstView.js [--keep DIR | --use URL] [--rounds N]; an empty store is filled first.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { findChromium } from '../test/browser/support/findChromium.ts';
import { openFilled } from './filledPlace.ts';
import { startTollgate } from './ingestServers.ts';
import { printMachine, printTable, quantile } from './table.ts';

const { values: flags } = parseArgs({
  options: {
    use: { type: 'string' },
    keep: { type: 'string' },
    calls: { type: 'string', default: '5000000' },
    days: { type: 'string', default: '60' },
    rounds: { type: 'string', default: '9' },
  },
});
const rounds = Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  throw new Error(`--rounds: expected a whole number, found "${flags.rounds}"`);
}

const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
];

/** What one waits for, in the order in which it is worth something. */
const marks: readonly (readonly [string, string])[] = [
  ['the sum', '.huge'],
  ['the first chart', '.chart svg rect'],
  ['why', 'table.why'],
];

/** Milliseconds from asking for the address until each of the marks, and until nothing waits any more. */
async function look(page: Page, address: string): Promise<number[]> {
  const startMs = performance.now();
  const since = (): number => performance.now() - startMs;
  await page.goto(address, { waitUntil: 'commit' });
  const seen = await Promise.all(marks.map(([, selector]) => page.locator(selector).first().waitFor().then(since)));
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
  return [...seen, since()];
}

async function lookInNewBrowser(executablePath: string, address: string): Promise<{ cold: number[]; warm: number[] }> {
  const profile = mkdtempSync(join(tmpdir(), 'tollgate-bench-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: CHROMIUM_FLAGS,
  });
  try {
    const page = await context.newPage();
    const cold = await look(page, address);
    return { cold, warm: await look(page, address) };
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const place = await openFilled({
  use: flags.use,
  keep: flags.keep,
  calls: Number(flags.calls),
  days: Number(flags.days),
});
const service = await startTollgate('first view', place.databaseUrl);
try {
  const executablePath = await findChromium();
  printMachine();
  await lookInNewBrowser(executablePath, service.apiUrl);
  const all: { cold: number[]; warm: number[] }[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await lookInNewBrowser(executablePath, service.apiUrl));
  const rows = (['cold', 'warm'] as const).flatMap((kind) =>
    [...marks.map(([name]) => name), 'everything'].map((name, index) => {
      const times = all.map((times) => times[kind][index] ?? 0);
      return [kind, name, quantile(times, 0.5), quantile(times, 0.95), Math.min(...times), Math.max(...times)];
    }),
  );
  printTable(`The first view, ${rounds} rounds, ms`, ['browser', 'until', 'p50', 'p95', 'min', 'max'], rows);
} finally {
  await service.stop();
  await place.stop();
}
