/**
 * Runs real libraries against the stand-in provider and keeps what they export, with the provider's bill beside it.
 * `npm run record` runs all recordings, `npm run record -- node/openai-contrib` those whose path starts so.
 * `--installed FOLDER` uses packages that are installed there already (a folder with `node_modules`, a Python venv).
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { prepareEnvironment } from './environments.ts';
import type { Environment, Recording } from './environments.ts';
import { formatFixture } from './fixture.ts';
import { startOtlpReceiver } from './otlpReceiver.ts';
import type { OtlpReceiver } from './otlpReceiver.ts';
import { startRecordProvider } from './provider/startRecordProvider.ts';
import type { RecordProvider } from './provider/startRecordProvider.ts';
import { scrub } from './scrub.ts';

const FIXTURE_BYTES_MAX = 150_000;
const TIMEOUT_SECONDS = 120;
const SETTLE_MS = 300;
const FIXTURES = 'test/fixtures/recorded';
const runtimes = ['node', 'python', 'cli'] as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { installed: { type: 'string' } }, allowPositionals: true });
  const failed: string[] = [];
  for (const runtime of runtimes) {
    const folder = join('record', runtime);
    for (const [name, recording] of Object.entries(readRecordings(folder))) {
      const path = `${runtime}/${name}`;
      if (positionals.length > 0 && !positionals.some((wanted) => `${path}/`.startsWith(`${wanted}/`))) continue;
      console.log(`--- ${path}: ${recording.scenario}`);
      try {
        console.log(await record(name, folder, recording, values.installed));
      } catch (error) {
        failed.push(path);
        console.error(error);
      }
    }
  }
  if (failed.length > 0) {
    console.error(`failed: ${failed.join(' ')}`);
    process.exitCode = 1;
  }
}

/** The packages named beside the recordings are installed for each of them. */
function readRecordings(folder: string): Record<string, Recording> {
  const file = join(folder, 'recordings.json');
  if (!existsSync(file)) return {};
  const { packages, recordings } = JSON.parse(readFileSync(file, 'utf8')) as {
    packages: Record<string, string>;
    recordings: Record<string, Recording>;
  };
  return Object.fromEntries(
    Object.entries(recordings).map(([name, recording]) => [
      name,
      { ...recording, packages: { ...packages, ...recording.packages } },
    ]),
  );
}

async function record(name: string, folder: string, recording: Recording, installed?: string): Promise<string> {
  const environment = prepareEnvironment(recording, folder, installed);
  const receiver = await startOtlpReceiver();
  const provider = await startRecordProvider();
  try {
    await run(environment, recording, variables(receiver, provider));
    await sleep(SETTLE_MS);
  } finally {
    await receiver.close();
    await provider.close();
  }
  const fixture = {
    source: recording.source,
    scenario: recording.scenario,
    versions: environment.versions,
    recordedBy: join(folder, recording.script),
    exports: receiver.exports.map(({ signal, request }) => ({ signal, request: scrub(request) })),
    bills: provider.bills,
  };
  const text = formatFixture(fixture);
  if (receiver.exports.length === 0) throw new Error(`${name}: nothing was exported`);
  if (text.length > FIXTURE_BYTES_MAX) throw new Error(`${name}: ${text.length} bytes, at most ${FIXTURE_BYTES_MAX}`);
  const file = join(FIXTURES, `${name}.json`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return `${file}: ${receiver.exports.length} exports, ${provider.bills.length} bills, ${text.length} bytes`;
}

/** Where the libraries find the receiver and the provider, under the names that each of them reads. */
function variables(receiver: OtlpReceiver, provider: RecordProvider): Record<string, string> {
  const key = 'sk-stand-in';
  const openai = `${provider.url}/v1`;
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_METRICS_EXPORTER: 'none',
    STAND_IN_URL: provider.url,
    OPENAI_BASE_URL: openai,
    OPENAI_API_BASE: openai,
    OPENAI_API_KEY: key,
    ANTHROPIC_BASE_URL: provider.url,
    ANTHROPIC_API_KEY: key,
    GOOGLE_GEMINI_BASE_URL: provider.url,
    GEMINI_API_KEY: key,
    GOOGLE_API_KEY: key,
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: provider.url,
    AWS_ACCESS_KEY_ID: 'stand-in',
    AWS_SECRET_ACCESS_KEY: 'stand-in',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    TRACELOOP_BASE_URL: receiver.url,
    TRACELOOP_API_KEY: key,
    TRACELOOP_TELEMETRY: 'false',
    LANGFUSE_BASE_URL: receiver.url,
    LANGFUSE_HOST: receiver.url,
    LANGFUSE_PUBLIC_KEY: 'pk-stand-in',
    LANGFUSE_SECRET_KEY: key,
  };
}

/** Runs the script to its end in a home of its own, with none of this process's variables but the path. */
async function run(environment: Environment, recording: Recording, given: Record<string, string>): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'tollgate-home-'));
  const { PATH: _, ...own } = { PATH: '', ...recording.environment };
  const child = spawn(environment.command, [recording.script, ...(recording.arguments ?? [])], {
    cwd: environment.folder,
    env: { PATH: environment.path, HOME: home, LANG: 'C.UTF-8', NO_PROXY: '127.0.0.1', ...given, ...own },
    stdio: 'inherit',
    timeout: (recording.timeoutSeconds ?? TIMEOUT_SECONDS) * 1000,
    killSignal: 'SIGKILL',
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (...ended) => resolve(ended));
  });
  rmSync(home, { recursive: true, force: true });
  if (code !== 0) throw new Error(`${recording.script} ended with ${code ?? signal ?? 'nothing'}`);
}

await main();
