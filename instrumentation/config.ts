import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { readDestination } from './destination.ts';
import type { Destination } from './destination.ts';
import { readPolicyConfig } from './gate/policyConfig.ts';
import type { PolicyConfig } from './gate/policyConfig.ts';
import { readMetricsConfig } from './metrics/metricsConfig.ts';
import type { MetricsConfig } from './metrics/metricsConfig.ts';
import type { ShapeConfig } from './calls/requestShape.ts';
import { variableReader } from './variables.ts';
import type { Environment } from './variables.ts';

/** Shorter than the SDK's 5 s: what a SIGKILL takes with it is at most what ended in this time. */
const DEFAULT_SCHEDULE_DELAY_MS = 1_000;
const DEFAULT_MAX_QUEUE_SIZE = 2_048;
const DEFAULT_MAX_EXPORT_BATCH_SIZE = 512;

const exporters = ['otlp', 'console', 'none'] as const;

export interface Config {
  readonly disabled: boolean;
  readonly exporter: (typeof exporters)[number];
  readonly destination: Destination;
  readonly scheduleDelayMs: number;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  /** Spans for this destination wait here when it cannot be reached; first usable directory wins. */
  readonly spoolDirectories: readonly string[];
  /** A span is on disk from its end until it is accepted. */
  readonly journals: boolean;
  readonly policy: PolicyConfig;
  readonly requestShape: ShapeConfig;
  readonly metrics: MetricsConfig;
}

export function env(name: string): string | undefined {
  return process.env[name];
}

/**
 * Turns the tracing that `@anthropic-ai/sdk` brings itself off, unless the application asked for it: the same call would
 * be reported twice, and its propagation would send the whole `baggage` header to the provider.
 */
export function quietNativeSpans(): void {
  process.env['ANTHROPIC_OPEN_TELEMETRY'] ??= 'false';
  process.env['ANTHROPIC_OPEN_TELEMETRY_PROPAGATION'] ??= 'false';
}

/** Reads the environment. A value that is not valid gives one line in `problems` and the default. */
export function readConfig(values: Environment = process.env): { config: Config; problems: string[] } {
  const problems: string[] = [];
  const { first, choice, wholeNumber } = variableReader(values, problems);
  const apiKey = readApiKey(values, problems);
  const destination = readDestination('traces', values, apiKey, problems);
  // A batch that is larger never fills: what comes beyond the queue would be lost before.
  const maxQueueSize = wholeNumber(DEFAULT_MAX_QUEUE_SIZE, 'OTEL_BSP_MAX_QUEUE_SIZE');
  // The one value there is: prompts and answers are not recorded.
  choice(['off'], 'off', 'TOLLGATE_CAPTURE_CONTENT');
  const config: Config = {
    disabled: choice(['true', 'false'], 'false', 'OTEL_SDK_DISABLED') === 'true',
    exporter: choice(exporters, 'otlp', 'OTEL_TRACES_EXPORTER'),
    destination,
    scheduleDelayMs: wholeNumber(DEFAULT_SCHEDULE_DELAY_MS, 'OTEL_BSP_SCHEDULE_DELAY'),
    maxQueueSize,
    maxExportBatchSize: Math.min(
      wholeNumber(DEFAULT_MAX_EXPORT_BATCH_SIZE, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
      maxQueueSize,
    ),
    spoolDirectories: spoolDirectories(values, destination),
    // A thread ends without notice when another ends the process, or it.
    journals: choice(['unsent', 'always'], 'unsent', 'TOLLGATE_SPOOL') === 'always' || !isMainThread,
    policy: readPolicyConfig(values, apiKey, problems),
    requestShape: {
      detail: choice(['hashes', 'sizes', 'off'], 'hashes', 'TOLLGATE_REQUEST_SHAPE'),
      secret: first('TOLLGATE_REQUEST_HASH_KEY')[1] ?? apiKey,
    },
    metrics: readMetricsConfig(values, apiKey, problems),
  };
  return { config, problems };
}

function readApiKey(values: Environment, problems: string[]): string | null {
  const apiKey = values['TOLLGATE_API_KEY']?.trim() ?? '';
  if (apiKey === '' || /^[\x21-\x7e]+$/.test(apiKey)) return apiKey === '' ? null : apiKey;
  problems.push('TOLLGATE_API_KEY: expected printable ASCII; leaving it out');
  return null;
}

/**
 * One directory a destination and key, so that a process never sends what another application spooled for elsewhere.
 * The state directory outlives a reboot; the temporary one is for homes that cannot be written.
 */
function spoolDirectories(values: Environment, { url, protocol, headers }: Destination): string[] {
  const id = createHash('sha256')
    .update(JSON.stringify([url, protocol, Object.entries(headers).toSorted(([a], [b]) => (a < b ? -1 : 1))]))
    .digest('hex')
    .slice(0, 32);
  const user = process.getuid === undefined ? userInfo().username : String(process.getuid());
  return [
    ...stateDirectories(values).map((state) => join(state, 'tollgate', 'spool', id)),
    join(tmpdir(), `tollgate-spool-${user}`, id),
  ];
}

/** None for a user that has no home: containers have such, by number alone. */
function stateDirectories(values: Environment): string[] {
  const given = values['XDG_STATE_HOME'];
  if (given !== undefined && isAbsolute(given)) return [given];
  try {
    const home = homedir();
    return isAbsolute(home) ? [join(home, '.local', 'state')] : [];
  } catch {
    return [];
  }
}
