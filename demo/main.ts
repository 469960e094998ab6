/**
 * `npm run demo`: three agents with the real `openai` and `@anthropic-ai/sdk` clients, preloaded with `@tollgate/node`,
 * talk to a stand-in provider; then the running service is asked what it cost. `--otlp URL` and `--api URL` say where the
 * service is, `TOLLGATE_API_KEY` a key of it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DemoError, checkReachable, waitForCalls } from './api.ts';
import type { Service } from './api.ts';
import { startProvider } from './provider/startProvider.ts';
import { printReport } from './report.ts';

const AGENTS = ['support', 'researcher', 'coder'] as const;
const USAGE = 'usage: npm run demo -- [--otlp http://127.0.0.1:4318] [--api http://127.0.0.1:4319]';

function readService(): Service {
  try {
    const { values } = parseArgs({ options: { otlp: { type: 'string' }, api: { type: 'string' } } });
    const address = (url: string): string => new URL(url).href.replace(/\/$/, '');
    return {
      otlpUrl: address(values.otlp ?? 'http://127.0.0.1:4318'),
      apiUrl: address(values.api ?? 'http://127.0.0.1:4319'),
      apiKey: process.env['TOLLGATE_API_KEY'] ?? null,
    };
  } catch (error) {
    throw new DemoError(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`, { cause: error });
  }
}

/** Runs one agent to its end, in a process of its own, as an application would be run. */
async function runAgent(agent: string, service: Service, providerUrl: string, run: string): Promise<void> {
  const ownSettings = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  const child = spawn(
    process.execPath,
    [
      '--require',
      '@tollgate/node/register',
      fileURLToPath(new URL(`agents/${agent}.js`, import.meta.url)),
      providerUrl,
      run,
    ],
    {
      // Where `--require` looks for the package.
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: {
        ...Object.fromEntries(ownSettings),
        OTEL_EXPORTER_OTLP_ENDPOINT: service.otlpUrl,
        OTEL_SERVICE_NAME: `demo-${agent}`,
      },
      stdio: 'inherit',
    },
  );
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new DemoError(`The agent ${agent} ended with code ${String(code)}.`);
}

async function runDemo(): Promise<void> {
  const service = readService();
  await checkReachable(service);
  const provider = await startProvider();
  try {
    const run = randomBytes(4).toString('hex');
    process.stdout.write(`Run ${run}: three agents talk to a stand-in provider at ${provider.url}\n\n`);
    for (const agent of AGENTS) await runAgent(agent, service, provider.url, run);
    // A retried call is one call, however many requests it took.
    const calls = provider.requests.filter(
      (request) => (request.headers['x-stainless-retry-count'] ?? '0') === '0',
    ).length;
    const filter = `tag.demo_run=${run}`;
    const totals = await waitForCalls(service, filter, calls);
    process.stdout.write(`\n${calls} calls made, ${totals.calls} accounted for at ${service.apiUrl}\n`);
    await printReport(service, filter, totals, provider.billed);
  } finally {
    await provider.close();
  }
}

try {
  await runDemo();
} catch (error) {
  process.stderr.write(
    `${error instanceof DemoError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}
