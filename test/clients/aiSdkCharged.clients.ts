import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentFor, runApp } from '../instrumentation/runApp.ts';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';

interface ChargedCall {
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly cost_usd: string | null;
}

/** Spans wait a second at most, and the service answers before it has charged. */
const CHARGED_TIMEOUT_MS = 20_000;

describe("an application of ai 6 with the SDK's own tracing on", () => {
  let service: RunningService;
  let provider: StandInProvider;
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-ai-'));

  async function charged(): Promise<string[]> {
    const response = await fetch(`${service.api}/api/v1/calls?limit=100`);
    const { items } = (await response.json()) as { items: readonly ChargedCall[] };
    return items.map(({ agent, user, session, cost_usd }) => [agent, user, session, cost_usd].join(' ')).toSorted();
  }

  beforeAll(async () => {
    provider = await startProvider();
    service = await startService({ args: ['--data-dir', join(directory, 'data')] });
    const end = await runApp('charged.cjs', {
      workingDirectory: join(import.meta.dirname, 'sets/ai6'),
      environment: environmentFor(provider.url, service.http, directory),
    });
    expect({ code: end.code, stderr: end.stderr }).toEqual({ code: 0, stderr: '' });
  }, SERVICE_TEST_TIMEOUT_MS);

  afterAll(async () => {
    await service.stop();
    await provider.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('is charged once for each call the provider bills, to whom the SDK says it belongs', async () => {
    expect(provider.billed).toHaveLength(8);
    await expect.poll(charged, { timeout: CHARGED_TIMEOUT_MS, interval: 250 }).toEqual([
      // 3 × $3 a million + 16 × $15 a million.
      'claude u1 s1 0.000249',
      // 3 × $0.02 a million.
      'embedder u1 s1 0.00000006',
      // 3 × $2.50 a million + 16 × $10 a million, and 4 words where the tool has answered.
      'looker u1 s1 0.0001675',
      'looker u1 s1 0.00017',
      'objects u1 s1 0.0001675',
      'responses u1 s1 0.0001675',
      'streamed u1 s1 0.0001675',
      'whole u1 s1 0.0001675',
    ]);
  });
});
