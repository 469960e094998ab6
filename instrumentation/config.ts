import { createHash } from 'node:crypto';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { readPolicyConfig } from './gate/policyConfig.ts';
import type { PolicyConfig } from './gate/policyConfig.ts';
import { variableReader } from './variables.ts';
import type { Environment } from './variables.ts';

/** Tollgate's own addresses; `localhost` could mean `::1`, where nothing listens. */
const DEFAULT_HTTP_ENDPOINT = 'http://127.0.0.1:4318';
const DEFAULT_GRPC_ENDPOINT = 'http://127.0.0.1:4317';
const DEFAULT_TIMEOUT_MS = 10_000;
/** Shorter than the SDK's 5 s: what a SIGKILL takes with it is at most what ended in this time. */
const DEFAULT_SCHEDULE_DELAY_MS = 1_000;
const DEFAULT_MAX_QUEUE_SIZE = 2_048;
const DEFAULT_MAX_EXPORT_BATCH_SIZE = 512;

const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;
const exporters = ['otlp', 'console', 'none'] as const;

/** Where spans go and how. Plain data: it crosses to the exit worker. */
export interface Destination {
  readonly protocol: (typeof protocols)[number];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly gzip: boolean;
  /** PEM texts for TLS; null where Node's own store decides. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
}

export interface Config {
  readonly disabled: boolean;
  readonly exporter: (typeof exporters)[number];
  readonly destination: Destination;
  readonly scheduleDelayMs: number;
  readonly maxQueueSize: number;
  readonly maxExportBatchSize: number;
  /** Spans for this destination wait here when it cannot be reached; first usable directory wins. */
  readonly spoolDirectories: readonly string[];
  readonly policy: PolicyConfig;
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
  const { first, choice, wholeNumber, pem } = variableReader(values, problems);
  const protocol = choice(
    protocols,
    'http/protobuf',
    'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    'OTEL_EXPORTER_OTLP_PROTOCOL',
  );
  const otlp = (name: string): [string, string] => [`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`];
  const apiKey = readApiKey(values, problems);
  const destination: Destination = {
    protocol,
    url: readUrl(protocol, first, problems),
    headers: readHeaders(apiKey, first(...otlp('HEADERS')), problems),
    timeoutMs: wholeNumber(DEFAULT_TIMEOUT_MS, ...otlp('TIMEOUT')),
    gzip: choice(['none', 'gzip'], 'none', ...otlp('COMPRESSION')) === 'gzip',
    tls: { ca: pem(...otlp('CERTIFICATE')), cert: pem(...otlp('CLIENT_CERTIFICATE')), key: pem(...otlp('CLIENT_KEY')) },
  };
  // The one value there is: prompts and answers are not recorded.
  choice(['off'], 'off', 'TOLLGATE_CAPTURE_CONTENT');
  const config: Config = {
    disabled: choice(['true', 'false'], 'false', 'OTEL_SDK_DISABLED') === 'true',
    exporter: choice(exporters, 'otlp', 'OTEL_TRACES_EXPORTER'),
    destination,
    scheduleDelayMs: wholeNumber(DEFAULT_SCHEDULE_DELAY_MS, 'OTEL_BSP_SCHEDULE_DELAY'),
    maxQueueSize: wholeNumber(DEFAULT_MAX_QUEUE_SIZE, 'OTEL_BSP_MAX_QUEUE_SIZE'),
    maxExportBatchSize: wholeNumber(DEFAULT_MAX_EXPORT_BATCH_SIZE, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE'),
    spoolDirectories: spoolDirectories(values, destination),
    policy: readPolicyConfig(values, apiKey, problems),
  };
  return { config, problems };
}

function readUrl(
  protocol: Destination['protocol'],
  first: (...names: string[]) => [string, string | undefined],
  problems: string[],
): string {
  const grpc = protocol === 'grpc';
  const fallback = grpc ? DEFAULT_GRPC_ENDPOINT : DEFAULT_HTTP_ENDPOINT;
  const parse = (name: string, value: string | undefined, path: string): string | null => {
    if (value === undefined) return null;
    // gRPC targets are often written without a scheme; so are they in the specification's older examples.
    const text = grpc && !value.includes('://') ? `http://${value}` : value;
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url !== null && /^https?:$/.test(url.protocol))
      return grpc ? url.origin : path === '' ? url.href : url.href.replace(/\/+$/, '') + path;
    problems.push(`${name}: expected an http or https URL, found "${value}"; using ${fallback}`);
    return null;
  };
  const [tracesName, tracesUrl] = first('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const [name, base] = first('OTEL_EXPORTER_OTLP_ENDPOINT');
  return (
    parse(tracesName, tracesUrl, '') ?? parse(name, base, '/v1/traces') ?? (grpc ? fallback : `${fallback}/v1/traces`)
  );
}

/** `k1=v1,k2=v2`, percent-encoded as in W3C baggage. The API key is sent to this destination and to nobody else. */
function readHeaders(
  apiKey: string | null,
  [name, text]: [string, string | undefined],
  problems: string[],
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const entry of (text ?? '').split(',')) {
    if (entry.trim() === '') continue;
    const at = entry.indexOf('=');
    const key = entry.slice(0, at).trim().toLowerCase();
    if (at > 0 && /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(key)) headers[key] = decode(entry.slice(at + 1).trim());
    else problems.push(`${name}: expected name=value pairs, found an entry that is none; leaving it out`);
  }
  if (apiKey !== null) headers['authorization'] = `Bearer ${apiKey}`;
  return headers;
}

function readApiKey(values: Environment, problems: string[]): string | null {
  const apiKey = values['TOLLGATE_API_KEY']?.trim() ?? '';
  if (apiKey === '' || /^[\x21-\x7e]+$/.test(apiKey)) return apiKey === '' ? null : apiKey;
  problems.push('TOLLGATE_API_KEY: expected printable ASCII; leaving it out');
  return null;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
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
  const state = values['XDG_STATE_HOME'];
  const home = state !== undefined && state.startsWith('/') ? state : join(homedir(), '.local', 'state');
  const user = process.getuid === undefined ? userInfo().username : String(process.getuid());
  return [join(home, 'tollgate', 'spool', id), join(tmpdir(), `tollgate-spool-${user}`, id)];
}
