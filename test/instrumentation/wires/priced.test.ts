import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startClientProvider } from '../../clients/provider/startClientProvider.ts';
import type { ProviderName } from '../../clients/provider/answer.ts';
import type { StandIn } from '../../clients/support/standIn.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService } from '../../support/service.ts';
import type { RunningService } from '../../support/service.ts';
import { runApp } from '../runApp.ts';

/** Second-level domain to the stand-in that listens there. */
const providers: Readonly<Record<string, ProviderName>> = {
  GOOGLEAPIS: 'google',
  MISTRAL: 'mistral',
  COHERE: 'cohere',
  OPENROUTER: 'openrouter',
  HUGGINGFACE: 'huggingface',
  OLLAMA: 'ollama',
};

/** Of all stand-ins: 3 tokens in and 16 out, unless said otherwise. In millionths of a dollar. */
const costs: Readonly<Record<string, string | null>> = {
  // 3 × 0.30 + 1,000 cached × 0.03 + (16 + 8 thoughts) × 2.50
  'gcp.gemini gemini-2.5-flash': '0.0000909',
  // 3 × 0.10 + 32 of sound × 0.30 + 16 × 0.40
  'gcp.gemini gemini-2.5-flash-lite': '0.0000163',
  // 3 × 0.30 + 16 × 2.50 + 1,290 of a picture × 30
  'gcp.gemini gemini-2.5-flash-image': '0.0387409',
  // 3 × 1.25 + (16 + 8 thoughts) × 10
  'gcp.gemini gemini-2.5-pro': '0.00024375',
  // 3 × 3 + 1,000 cached × 0.30 + 16 × 15
  'gcp.vertex_ai claude-sonnet-4-5-20250929': '0.000549',
  // 3 × 0.50 + 16 × 1.50
  'mistral_ai mistral-large-2512': '0.0000255',
  // 3 × 2.50 + 16 × 10
  'cohere command-a-03-2025': '0.0001675',
  // 3 × 0.12
  'cohere embed-v4.0': '0.00000036',
  // As OpenRouter tells it itself: the stand-in takes 1 for each of 19.
  'openrouter openai/gpt-4o-mini': '0.000019',
  // 19 × 0.30
  'huggingface_together Qwen/Qwen2.5-7B-Instruct': '0.0000057',
  // Nobody's price: the machine is the application's own.
  'ollama llama3.2': null,
};

describe('calls that the fetch layer records', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-fetched-'));
  let standIns: readonly (readonly [string, StandIn])[];
  let service: RunningService;

  beforeAll(async () => {
    standIns = await Promise.all(
      Object.entries(providers).map(async ([name, provider]) => [name, await startClientProvider(provider)()] as const),
    );
    service = await startService({ args: ['--data-dir', join(directory, 'data')] });
    const ports = standIns.map(([name, { environment }]) => [`PORT_${name}`, environment['PROVIDER_PORT'] ?? '']);
    const { code, stderr } = await runApp('fetched.mjs', {
      environment: {
        HOME: directory,
        TMPDIR: directory,
        OTEL_EXPORTER_OTLP_ENDPOINT: service.http,
        NODE_OPTIONS: standIns[0]?.[1].environment['NODE_OPTIONS'] ?? '',
        ...Object.fromEntries(ports),
      },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  }, SERVICE_TEST_TIMEOUT_MS);

  afterAll(async () => {
    await service.stop();
    await Promise.all(standIns.map(([, standIn]) => standIn.close()));
    rmSync(directory, { recursive: true, force: true });
  });

  it('are charged what their providers charge', async () => {
    const charged = async (): Promise<Record<string, string | null>> => {
      const response = await fetch(`${service.api}/api/v1/calls?period=24h`);
      const { items } = (await response.json()) as {
        items: { provider: string; model: string; cost_usd: string | null }[];
      };
      return Object.fromEntries(items.map(({ provider, model, cost_usd }) => [`${provider} ${model}`, cost_usd]));
    };
    await expect.poll(charged, { timeout: 20_000, interval: 250 }).toEqual(costs);
  });
});
