import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chargedByWay, homeOf, runNext, runWay, waiting, ways } from '../../bench/shortLivedWays.ts';
import type { Script, Way } from '../../bench/shortLivedWays.ts';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

/** What a SIGKILL takes with it depends on when it comes; `exit.test.ts` has that. */
const kept = ways.filter(({ name }) => !name.startsWith('SIGKILL') || name.includes('TOLLGATE_SPOOL=always'));
const CHARGED_TIMEOUT_MS = 30_000;

describe('a script that makes one call and leaves', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-short-lived-'));
  let service: RunningService;
  let provider: StandInProvider;

  beforeAll(async () => {
    provider = await startProvider();
    service = await startService({ args: ['--data-dir', join(folder, 'data')] });
  }, SERVICE_TEST_TIMEOUT_MS);

  afterAll(async () => {
    await Promise.all([provider.close(), service.stop()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const scriptOf = (way: Way): Script => ({
    providerUrl: provider.url,
    otlpUrl: service.http,
    home: homeOf(folder, way),
    workingDirectory: join(import.meta.dirname, '../..'),
  });

  it(
    'has its call charged once, whichever way it leaves; what waits on disk is sent by the next process',
    async () => {
      for (const [at, way] of kept.entries()) {
        const script = scriptOf(way);
        mkdirSync(script.home);
        await runWay(way, script);
        expect({ way: way.name, billed: provider.billed.length }).toEqual({ way: way.name, billed: at + 1 });
        if (waiting(script.home) > 0) await runNext(script);
      }
      await vi.waitFor(
        async () => {
          // One token of input at 0.15 USD per million and 16 of output at 0.60: 0.15 + 9.6 = 9.75 millionths.
          const expected = kept.map(({ name }): [string, object] => [name, { calls: 1, costUsd: '0.00000975' }]);
          expect(await chargedByWay(service.api)).toEqual(new Map(expected));
        },
        { timeout: CHARGED_TIMEOUT_MS, interval: 500 },
      );
    },
    SERVICE_TEST_TIMEOUT_MS,
  );
});
