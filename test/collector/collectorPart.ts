import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { freePorts, localAddress } from './freePorts.ts';
import type { Part } from './part.ts';
import type { ProcessGuard } from './processGuard.ts';
import { scrape, sumOf, type Sample } from './scrape.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** The first of a Collector's log lines that are kept: enough to see why one does not start. */
const LOG_LINES_MAX = 2_000;
const QUEUE_SIZE = 'otelcol_exporter_queue_size';

export interface CollectorPart extends Part {
  /** Base addresses: where applications send, and where Tollgate sends back to. */
  readonly http: string;
  readonly grpc: string;
  readonly priced: string;
  readonly log: readonly string[];
  /** Bytes that wait in its queues, by its own metrics; 0 when all is delivered. */
  queuedBytes(): Promise<number>;
  /** Spans it has given up, by its own metrics. */
  failedSpans(): Promise<number>;
}

export interface CollectorOptions {
  /** One of the configuration files at the root of the repository. */
  readonly config: string;
  /** Where its files go. */
  readonly directory: string;
  /** Addresses of the others, as the file names them. */
  readonly env: Readonly<Record<string, string>>;
  readonly guard: ProcessGuard;
}

/** The Collector of `builder.yaml` with a configuration file as users get it; ports are free ones and stay. */
export async function createCollector(options: CollectorOptions): Promise<CollectorPart> {
  const [grpc, http, priced, health, metrics] = await freePorts(5);
  const env = {
    PATH: process.env['PATH'] ?? '',
    COLLECTOR_GRPC_ENDPOINT: localAddress(grpc),
    COLLECTOR_HTTP_ENDPOINT: localAddress(http),
    COLLECTOR_PRICED_ENDPOINT: localAddress(priced),
    COLLECTOR_HEALTH_ENDPOINT: localAddress(health),
    COLLECTOR_METRICS_PORT: String(metrics),
    COLLECTOR_STORAGE_DIRECTORY: path.join(options.directory, 'collector'),
    ...options.env,
  };
  const log: string[] = [];
  let child: ChildProcess | null = null;

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    if (ending === null) return 0;
    child = null;
    if (ending.exitCode !== null || ending.signalCode !== null) return ending.exitCode;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    await exited;
    return ending.exitCode;
  };

  const readMetrics = (): Promise<Sample[]> => scrape(`http://${localAddress(metrics)}/metrics`);
  async function queuedBytes(): Promise<number> {
    const samples = await readMetrics();
    // Each exporter has one from its start on: without any, "nothing is queued" would be read out of another page.
    if (!samples.some(({ name }) => name === QUEUE_SIZE)) throw new Error(`expected ${QUEUE_SIZE} in the metrics`);
    return sumOf(samples, QUEUE_SIZE);
  }

  return {
    name: 'collector',
    http: `http://${localAddress(http)}`,
    grpc: `http://${localAddress(grpc)}`,
    priced: `http://${localAddress(priced)}`,
    log,
    start: async () => {
      const started = spawn(inject('collector'), ['--config', path.join(ROOT, options.config)], {
        env,
        cwd: options.directory,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child = started;
      options.guard.watch(started.pid);
      started.once('exit', () => options.guard.forget(started.pid));
      createInterface(started.stderr).on('line', (line) => {
        if (log.length < LOG_LINES_MAX) log.push(line);
      });
      await waitForHealth(`http://${localAddress(health)}/`, started, log);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL').then(() => undefined),
    queuedBytes,
    failedSpans: async () => sumOf(await readMetrics(), 'otelcol_exporter_send_failed_spans'),
    [Symbol.asyncDispose]: () => end('SIGKILL').then(() => undefined),
  };
}

/** The health check answers 200 when every pipeline has been started. */
async function waitForHealth(url: string, started: ChildProcess, log: readonly string[]): Promise<void> {
  const until = performance.now() + READY_TIMEOUT_MS;
  while (performance.now() < until) {
    const isOver = started.exitCode !== null || started.signalCode !== null;
    if (isOver) break;
    const answer = await fetch(url).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return;
    await delay(POLL_MS);
  }
  started.kill('SIGKILL');
  throw new Error(`expected a healthy Collector at ${url}, found its log\n${log.slice(-50).join('\n')}`);
}
