import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handCalls, handTotals, sumUsd } from './handCalculation.ts';
import { runTollgate, startService } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

const run = promisify(execFile);
let dataDir: string;
let service: RunningService;
let outputs: string[];

async function runDemo(key: Record<string, string> = {}): Promise<string> {
  const { TOLLGATE_API_KEY: _, ...inherited } = process.env;
  const args = ['dist/demo/main.js', '--otlp', service.http, '--api', service.api];
  const { stdout } = await run(process.execPath, args, { env: { ...inherited, ...key } });
  return stdout;
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'tollgate-demo-'));
  service = await startService({ args: ['--data-dir', dataDir] });
  outputs = [await runDemo(), await runDemo()];
});

afterAll(async () => {
  await service.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The cells of the Markdown table below a heading, its two head lines left out. */
function tableOf(output: string, heading: string): string[][] {
  const [, after = ''] = output.split(`### ${heading}\n\n`);
  const lines = after.split('\n').slice(2);
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const runId = (output: string): string => /^Run (\w+):/.exec(output)?.[1] ?? '';
const byName = (a: { 0: string }, b: { 0: string }): number => (a[0] < b[0] ? -1 : 1);

describe('npm run demo', () => {
  it.each(['agent', 'user', 'session', 'model'] as const)(
    'costs by %s what a hand calculation says, to the last digit',
    (dimension) => {
      for (const output of outputs) {
        const rows = tableOf(output, `Cost by ${dimension}`).map(([name = '', cost = '', calls = '']) => [
          name.replace(`-${runId(output)}`, ''),
          cost,
          Number(calls),
        ]);
        const expected = handTotals(dimension).toSorted(byName);
        expect(rows.slice(0, -1).toSorted((a, b) => byName([String(a[0])], [String(b[0])]))).toEqual(expected);
        expect(rows.at(-1)).toEqual(['total', sumUsd(handCalls), 15]);
      }
    },
  );

  it('lists the call that nobody can price, with the reason', () => {
    for (const output of outputs) {
      const rows = tableOf(output, 'Calls without a price: unknown is never zero');
      expect(rows).toEqual([['acme-translate-1', 'support', 'grace', 'unknown_model']]);
    }
  });

  it('counts the tokens that the provider bills', () => {
    const [provider = [], tollgate = []] = tableOf(outputs[0] ?? '', 'The provider’s own books');
    // 15 calls, one of them refused.
    expect(provider.slice(0, 2)).toEqual(['provider', '14']);
    expect(tollgate.slice(1)).toEqual(provider.slice(1));
  });

  it('stops the intern before the call that its budget could not pay', () => {
    for (const output of outputs) {
      // A call: 202 tokens in at 2.50 and 240 out at 10 USD a million, 0.000505 + 0.0024 = 0.002905 USD. After five of them 0.005475 of
      // 0.02 are left, and the bound of a sixth is above: 300 tokens out are 0.003, and in 1,709 at most (1,181 bytes + 16 + 512) 0.0042725.
      const rows = tableOf(output, 'The budget that stopped the intern');
      expect(rows).toEqual([['0.02', '0.014525', '0', '0.005475', '5']]);
      expect(output.match(/refused before a byte was sent: .*/g)).toEqual([
        expect.stringContaining('this call may cost up to 0.0072725 USD; 0.005475 of 0.02 USD are left'),
      ]);
    }
  });

  it('prints commands that work', async () => {
    const commands = (outputs[1] ?? '').split('\n').filter((line) => line.startsWith('  curl '));
    expect(commands).toHaveLength(5);
    for (const command of commands) {
      const url = /'(http[^']+)'/.exec(command)?.[1] ?? '';
      const response = await fetch(url);
      expect([url, response.status]).toEqual([url, 200]);
    }
  });

  it('says what to do when no service is there', async () => {
    const unreachable = ['dist/demo/main.js', '--otlp', 'http://127.0.0.1:9', '--api', 'http://127.0.0.1:9'];
    await expect(run(process.execPath, unreachable)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Start it in another terminal with `npm start`'),
    });
  });

  it('needs a key where the service has one, and costs the same with it', async () => {
    const made = await runTollgate([
      'keys',
      'create',
      '--tenant',
      'acme',
      '--scope',
      'ingest,query',
      '--data-dir',
      dataDir,
    ]);
    const [key = ''] = /tg_[\w-]+/.exec(made.stdout) ?? [];
    await expect(runDemo()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Set TOLLGATE_API_KEY to a key with the scopes ingest and query.'),
    });
    const output = await runDemo({ TOLLGATE_API_KEY: key });
    expect(tableOf(output, 'Cost by agent').at(-1)?.slice(0, 3)).toEqual(['total', sumUsd(handCalls), '15']);
    expect(output).not.toContain(key);
    expect(output).toContain('left out: TOLLGATE_API_KEY needs the scopes admin and policy for it');
  });
});
