import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PRELOAD, runApp } from '../instrumentation/runApp.ts';
import { SERVICE_TEST_TIMEOUT_MS, startService } from '../support/service.ts';
import type { RunningService } from '../support/service.ts';
import { bedrockStandIn } from './provider/bedrockStandIn.ts';
import { setDirectory } from './support/clientRun.ts';
import type { StandIn } from './support/standIn.ts';

interface Group {
  readonly service: string;
  readonly model: string;
  readonly calls: number;
  readonly cost_usd: string | null;
}

/** By services: one with the preload alone, one with OpenTelemetry's instrumentation of the AWS SDK beside it. */
const applications: Readonly<Record<string, readonly string[]>> = {
  alone: PRELOAD,
  beside: [...PRELOAD, '--require', '@opentelemetry/auto-instrumentations-node/register'],
};

let service: RunningService;
let standIn: StandIn;
const directory = mkdtempSync(join(tmpdir(), 'tollgate-bedrock-'));

beforeAll(async () => {
  standIn = await bedrockStandIn();
  service = await startService({ args: ['--data-dir', join(directory, 'data')] });
  const ends = await Promise.all(
    Object.entries(applications).map(([name, nodeArguments]) =>
      runApp('charged.cjs', {
        workingDirectory: setDirectory('bedrock'),
        nodeArguments,
        environment: {
          HOME: directory,
          TMPDIR: directory,
          OTEL_EXPORTER_OTLP_ENDPOINT: service.http,
          OTEL_SERVICE_NAME: name,
          OTEL_METRICS_EXPORTER: 'none',
          OTEL_LOGS_EXPORTER: 'none',
          OTEL_NODE_RESOURCE_DETECTORS: 'env',
          ...standIn.environment,
        },
      }),
    ),
  );
  expect(ends.map(({ code }) => code)).toEqual([0, 0]);
}, SERVICE_TEST_TIMEOUT_MS);

afterAll(async () => {
  await service.stop();
  await standIn.close();
  rmSync(directory, { recursive: true, force: true });
});

const groups = async (): Promise<readonly Group[]> => {
  const answer = await fetch(`${service.api}/api/v1/costs?group_by=service,model&period=24h&limit=100`);
  return ((await answer.json()) as { groups: readonly Group[] }).groups;
};

/** Calls and cost of each model. */
const bill: Readonly<Record<string, readonly [calls: number, usd: string]>> = {
  // 1,000 × $0.80 + 10,000 × $0.20 from the cache + 100 × $3.20, a million each.
  'amazon.nova-pro-v1:0': [1, '0.00312'],
  // 1,000 × $0.06 + 100 × $0.24.
  'amazon.nova-lite-v1:0': [1, '0.000084'],
  // 1,000 × $1.10 + 1,000 × $1.375 and 1,000 × $2.20 into the cache + 100 × $5.50: a region's own price.
  'anthropic.claude-haiku-4-5-20251001-v1:0': [1, '0.005225'],
  // 1,000 × $0.30 + 100 × $0.60.
  'meta.llama3-8b-instruct-v1:0': [1, '0.00036'],
  // 1,000 × $4 + 100 × $12: the counts stand in the headers alone.
  'mistral.mistral-large-2402-v1:0': [1, '0.0052'],
  // 1,000 × $0.02.
  'amazon.titan-embed-text-v2:0': [1, '0.00002'],
};

it.each(Object.keys(applications))(
  'An application %s is charged once a call, what Bedrock charges',
  async (name) => {
    const charged = async (): Promise<Record<string, unknown>> =>
      Object.fromEntries(
        (await groups())
          .filter((group) => group.service === name)
          .map(({ model, calls, cost_usd }) => [model, [calls, cost_usd]]),
      );
    await expect.poll(charged, { timeout: 20_000, interval: 250 }).toEqual(bill);
  },
  30_000,
);

it('The copies that OpenTelemetry’s instrumentation sends are kept as duplicates', async () => {
  const duplicates = async (): Promise<readonly string[]> => {
    const answer = await fetch(`${service.api}/api/v1/calls?charge=duplicate&limit=100`);
    const { items } = (await answer.json()) as { items: readonly { scope: string; model: string; service: string }[] };
    return items.map(({ scope, model, service: name }) => `${name} ${scope} ${model}`).toSorted();
  };
  const scope = 'beside @opentelemetry/instrumentation-aws-sdk';
  await expect.poll(duplicates, { timeout: 20_000, interval: 250 }).toEqual(
    Object.keys(bill)
      .map((model) => `${scope} ${model}`)
      .toSorted(),
  );
}, 30_000);
