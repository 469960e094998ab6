/**
 * `npm run demo`: three agents with the real `openai` and `@anthropic-ai/sdk` clients, preloaded with `@tollgate/node`,
 * talk to a stand-in provider; then the running service is asked what it cost. A fourth has a budget and runs in a circle until
 * it is refused. `--otlp URL` and `--api URL` say where the service is, `TOLLGATE_API_KEY` a key of it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DemoError, checkReachable, waitForCalls } from './api.ts';
import type { Service } from './api.ts';
import { makeBudget, printBudget, removeBudget } from './gate.ts';
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
async function runAgent(
  agent: string,
  service: Service,
  providerUrl: string,
  run: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const ownSettings = Object.entries(process.env).filter(([name]) => !/^(OTEL_|TOLLGATE_POLICY_)/.test(name));
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
        ...settings,
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
    await runGated(service, provider, run);
  } finally {
    await provider.close();
  }
}

/** The same client, asking first. */
async function runGated(
  service: Service,
  provider: Awaited<ReturnType<typeof startProvider>>,
  run: string,
): Promise<void> {
  process.stdout.write('\nAn intern with a budget of its own asks before each call:\n\n');
  if (!(await makeBudget(service, run))) {
    process.stdout.write('  (left out: TOLLGATE_API_KEY needs the scopes admin and policy for it)\n');
    return;
  }
  const before = provider.billed.length;
  await runAgent('intern', service, provider.url, run, { TOLLGATE_POLICY_URL: service.apiUrl });
  await printBudget(service, run, provider.billed.length - before);
  await removeBudget(service, run);
}

try {
  await runDemo();
} catch (error) {
  process.stderr.write(
    `${error instanceof DemoError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
  );
  process.exitCode = 1;
}
