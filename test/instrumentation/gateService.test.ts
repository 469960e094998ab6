import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';
import { environmentFor, runApp } from './runApp.ts';

const config = `
budgets:
  - { name: free, match: { agent: free }, window: rolling:24h, limit: { usd: "1" } }
  - { name: streaming, match: { agent: streaming }, window: rolling:24h, limit: { usd: "1" } }
  - { name: claude, match: { agent: claude }, window: rolling:24h, limit: { usd: "1" } }
  - { name: denied, match: { agent: denied }, window: rolling:24h, limit: { usd: "0.001" } }
  - { name: clamped, match: { agent: clamped }, window: rolling:24h, limit: { usd: "0.02" } }
  - name: downgraded
    match: { agent: downgraded }
    window: rolling:24h
    limit: { usd: "0.0015" }
    on_exceed: downgrade
    downgrade: { gpt-4o: gpt-4o-mini }
  - { name: approved, match: { agent: approved }, window: rolling:24h, limit: { usd: "0.001" }, on_exceed: require_approval }
  - { name: once, match: { agent: once }, window: rolling:24h, limit: { calls: 1 } }
  - { name: two-a-run, window: run, limit: { calls: 2 } }
`;

describe('an application in front of the service', () => {
  let service: RunningService;
  let provider: StandInProvider;
  let seen: Readonly<Record<string, unknown>>;
  let approvals = 0;
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-gate-'));

  const get = async (path: string): Promise<unknown> => (await fetch(`${service.api}${path}`)).json();

  /** Approves whatever waits, until the application has ended. */
  async function approve(hasEnded: () => boolean): Promise<void> {
    while (!hasEnded()) {
      const { items } = (await get('/api/v1/approvals')) as { items: { id: string }[] };
      for (const { id } of items) {
        await fetch(`${service.api}/api/v1/approvals/${id}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"approve":true}',
        });
        approvals += 1;
      }
      await sleep(200);
    }
  }

  beforeAll(async () => {
    writeFileSync(join(directory, 'tollgate.yaml'), config);
    provider = await startProvider();
    service = await startService({
      args: ['--config', join(directory, 'tollgate.yaml'), '--data-dir', join(directory, 'data')],
    });
    const running = runApp('gateService.mjs', {
      environment: {
        ...environmentFor(provider.url, service.http, directory),
        TOLLGATE_POLICY_URL: service.api,
        TOLLGATE_POLICY_TIMEOUT_MS: '10000',
      },
    });
    let hasEnded = false;
    const end = running.finally(() => {
      hasEnded = true;
    });
    const [ended] = await Promise.all([end, approve(() => hasEnded)]);
    expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: '' });
    seen = JSON.parse(ended.stdout) as Record<string, unknown>;
  }, SERVICE_TEST_TIMEOUT_MS);

  afterAll(async () => {
    await service.stop();
    await provider.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('gets each effect', () => {
    expect(seen).toMatchObject({
      free: 'gpt-4o-mini-2024-07-18',
      streaming: 'gpt-4o-mini-2024-07-18',
      claude: 'claude-haiku-4-5-20251001',
      denied: ['deny', [['denied', '0.001']]],
      clamped: 'gpt-4o-2024-08-06',
      downgraded: 'gpt-4o-mini-2024-07-18',
      approved: 'gpt-4o-2024-08-06',
      once: 'gpt-4o-mini-2024-07-18',
      twice: ['deny', [['once', null]]],
      enforced: [['deny', [['once', null]]], false],
      mayStart: 'started',
    });
    expect(approvals).toBe(1);
  });

  it('sends what was granted, and nothing for what was denied', () => {
    const sent = provider.requests.map(({ body }) => {
      const { model, max_tokens: limit } = body as { model: string; max_tokens?: number };
      return [model, limit];
    });
    expect(sent).toEqual([
      ['gpt-4o-mini', undefined],
      ['gpt-4o-mini', undefined],
      ['claude-haiku-4-5', 50],
      // 13 bytes + 16 for the message + 512 are 541 tokens of at most $2.50 a million: $0.0013525. What is left of $0.02,
      // $0.0186475, are 1,864 tokens of $10 a million.
      ['gpt-4o', 1_864],
      // Of $0.0015 there are 14 tokens left, below the 64 that a call is clamped to.
      ['gpt-4o-mini', 1_000],
      ['gpt-4o', 1_000],
      ['gpt-4o-mini', undefined],
      // The runner's own, and the first of its child's two.
      ['gpt-4o-mini', undefined],
      ['gpt-4o-mini', undefined],
    ]);
  });

  it('is held to the budget of its run in other processes', () => {
    expect(seen['run']).toEqual([1, expect.stringContaining('two-a-run')]);
  });

  it('has its calls counted once, with what they cost, and nothing left reserved', async () => {
    const states = async (): Promise<Record<string, unknown>> => {
      const { items } = (await get('/api/v1/budgets')) as {
        items: { name: string; state: Record<string, unknown> | null }[];
      };
      const pairs = items.flatMap(({ name, state }) =>
        state === null
          ? []
          : [
              [
                name,
                [
                  state['spent_usd'] ?? state['spent_calls'],
                  state['reserved_usd'] ?? state['reserved_calls'],
                  state['overrun_usd'] ?? state['overrun_calls'],
                ],
              ],
            ],
      );
      return Object.fromEntries(pairs) as Record<string, unknown>;
    };
    await expect.poll(states, { timeout: 20_000, interval: 250 }).toEqual({
      // 1,000 × $0.15 a million + 100 × $0.60 a million.
      free: ['0.00021', '0', '0'],
      streaming: ['0.00021', '0', '0'],
      // 3 × $1 a million + 16 × $5 a million.
      claude: ['0.000083', '0', '0'],
      denied: ['0', '0', '0'],
      // 1,000 × $2.50 a million + 100 × $10 a million.
      clamped: ['0.0035', '0', '0'],
      downgraded: ['0.00021', '0', '0'],
      approved: ['0.0035', '0', '0'],
      once: [1, 0, 0],
    });
  });
});
