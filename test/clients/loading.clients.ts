import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver } from '../instrumentation/receiver.ts';
import type { Receiver, RecordedSpan } from '../instrumentation/receiver.ts';
import { PRELOAD, environmentFor, makeHome, runApp } from '../instrumentation/runApp.ts';
import type { AppEnd } from '../instrumentation/runApp.ts';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startService } from '../support/service.ts';
import { installedVersion, setDirectory } from './support/clientRun.ts';
import { matchResults } from './support/results.ts';

const AUTO = ['--require', '@opentelemetry/auto-instrumentations-node/register'];
const TSX = ['--import', 'tsx'];
const autoVariables = {
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  // The others ask the clouds they might run in, and wait for answers.
  OTEL_NODE_RESOURCE_DETECTORS: 'env',
};
const SPANS_TIMEOUT_MS = 30_000;

interface Way {
  readonly file: string;
  readonly nodeArguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const ways: Readonly<Record<string, Way>> = {
  'CommonJS, --require': { file: 'oneCall.cjs', nodeArguments: PRELOAD },
  'CommonJS, --import': { file: 'oneCall.cjs', nodeArguments: ['--import', '@tollgate/node/register'] },
  'ES module, --require': { file: 'oneCall.mjs', nodeArguments: PRELOAD },
  'ES module, --import': { file: 'oneCall.mjs', nodeArguments: ['--import', '@tollgate/node/register'] },
  'CommonJS that requires an ES module': { file: 'requiresEsm.cjs', nodeArguments: PRELOAD },
  'tsx, CommonJS, preload first': { file: 'oneCall.cts', nodeArguments: [...PRELOAD, ...TSX] },
  'tsx, CommonJS, preload last': { file: 'oneCall.cts', nodeArguments: [...TSX, ...PRELOAD] },
  'tsx, ES module, preload first': { file: 'oneCall.mts', nodeArguments: [...PRELOAD, ...TSX] },
  'tsx, ES module, preload last': { file: 'oneCall.mts', nodeArguments: [...TSX, ...PRELOAD] },
  'worker thread that ends': { file: 'worker.cjs', nodeArguments: PRELOAD, environment: { WAY: 'natural' } },
  'worker thread that exits': { file: 'worker.cjs', nodeArguments: PRELOAD, environment: { WAY: 'exit' } },
  'worker thread that throws': { file: 'worker.cjs', nodeArguments: PRELOAD, environment: { WAY: 'throw' } },
  'worker thread that is terminated later': {
    file: 'worker.cjs',
    nodeArguments: PRELOAD,
    environment: { WAY: 'terminate later', OTEL_BSP_SCHEDULE_DELAY: '50' },
  },
  'auto-instrumentations-node first, CommonJS': {
    file: 'oneCall.cjs',
    nodeArguments: [...AUTO, ...PRELOAD],
    environment: autoVariables,
  },
  'auto-instrumentations-node last, CommonJS': {
    file: 'oneCall.cjs',
    nodeArguments: [...PRELOAD, ...AUTO],
    environment: autoVariables,
  },
  'auto-instrumentations-node first, ES module': {
    file: 'oneCall.mjs',
    nodeArguments: [...AUTO, ...PRELOAD],
    environment: autoVariables,
  },
  'auto-instrumentations-node last, ES module': {
    file: 'oneCall.mjs',
    nodeArguments: [...PRELOAD, ...AUTO],
    environment: autoVariables,
  },
};

let provider: StandInProvider;
let receiver: Receiver;
const home = makeHome();

beforeAll(async () => {
  [provider, receiver] = await Promise.all([startProvider(), startReceiver()]);
});

afterAll(async () => {
  await Promise.all([provider.close(), receiver.close()]);
  home.remove();
});

const run = (way: Way, more: Readonly<Record<string, string>>): Promise<AppEnd> =>
  runApp(way.file, {
    nodeArguments: way.nodeArguments,
    workingDirectory: setDirectory('loading'),
    environment: { ...environmentFor(provider.url, receiver.url, home.path), ...way.environment, ...more },
  });

const ours = (model: string): RecordedSpan[] =>
  receiver.spans.filter(
    ({ scope, attributes }) => scope.startsWith('@tollgate/node') && attributes['gen_ai.request.model'] === model,
  );

describe('an application with the preload', () => {
  const outcomes: Record<string, string> = {};

  it.each(Object.entries(ways))('is recorded once, and goes on as without: %s', async (name, way) => {
    const model = `m-${Object.keys(ways).indexOf(name)}`;
    outcomes[name] = 'not recorded';
    const end = await run(way, { MODEL: model });
    const { code, stdout, stderr } = end;
    expect({ code, stdout: stdout.split('\n')[0], stderr: withoutOther(stderr) }).toEqual({
      code: 0,
      stdout: '19 tokens',
      stderr: '',
    });
    // Where a thread exits there is a second to send in; on a busy machine its span may wait for the next process.
    if (ours(model).length === 0) await run({ file: 'oneCall.cjs', nodeArguments: PRELOAD }, { MODEL: 'm-next' });
    await expect.poll(() => ours(model).length).toBe(1);
    const spans = ours(model).map(({ attributes }) => [
      attributes['gen_ai.usage.input_tokens'],
      attributes['gen_ai.usage.output_tokens'],
    ]);
    expect(spans).toEqual([[3, 16]]);
    outcomes[name] = 'usage';
  });

  it('finds what is written of it', async () => {
    const packages = ['openai', 'tsx', '@opentelemetry/auto-instrumentations-node'].map(
      (name) => `${name} ${installedVersion('loading', name)}`,
    );
    await matchResults('loading-loading', { packages, nodeMin: 20, reasons: {}, ungated: {}, outcomes });
  });
});

describe('a worker thread that is terminated as soon as it has its answer', () => {
  it('leaves its span to the next process', async () => {
    const way: Way = { file: 'worker.cjs', nodeArguments: PRELOAD };
    const end = await run(way, { WAY: 'terminate', MODEL: 'm-terminated' });
    expect(end).toMatchObject({ code: 0, stdout: '19 tokens\n', stderr: '' });
    await run({ file: 'oneCall.cjs', nodeArguments: PRELOAD }, { MODEL: 'm-after' });
    await expect.poll(() => ours('m-terminated').length, { timeout: SPANS_TIMEOUT_MS }).toBe(1);
    expect(ours('m-after')).toHaveLength(1);
  });
});

/** The line about the other instrumentation, which is tested below. */
const withoutOther = (stderr: string): string =>
  stderr.replace(/^tollgate: @opentelemetry\/instrumentation-openai .*\n/, '');

describe('another instrumentation of the same client', () => {
  it('is told of in one line, its calls are charged once, and nobody’s span is missing', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tollgate-loading-'));
    const service = await startService({ args: ['--data-dir', directory] });
    try {
      const way: Way = { file: 'oneCall.cjs', nodeArguments: [...AUTO, ...PRELOAD], environment: autoVariables };
      const end = await run(way, { MODEL: 'gpt-4o', CALLS: '2', OTEL_EXPORTER_OTLP_ENDPOINT: service.http });
      expect(end.stdout).toBe('19 tokens\n19 tokens\n');
      expect(end.stderr).toBe(
        'tollgate: @opentelemetry/instrumentation-openai records calls that @tollgate/node records as well; each is charged once, and sent twice\n',
      );
      const calls = async (): Promise<string[]> => {
        const response = await fetch(`${service.api}/api/v1/calls?period=30d&charge=all`);
        const { items } = (await response.json()) as { items: StoredCall[] };
        return items.map(({ scope, charge, usage }) => `${scope} ${charge} ${usage.input_uncached}+${usage.output}`);
      };
      await expect
        .poll(async () => (await calls()).toSorted(), { timeout: SPANS_TIMEOUT_MS, interval: 500 })
        .toEqual([
          '@opentelemetry/instrumentation-openai duplicate 3+16',
          '@opentelemetry/instrumentation-openai duplicate 3+16',
          '@tollgate/node charged 3+16',
          '@tollgate/node charged 3+16',
        ]);
    } finally {
      await service.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

interface StoredCall {
  readonly scope: string;
  readonly charge: string;
  readonly usage: { readonly input_uncached: number | null; readonly output: number | null };
}
