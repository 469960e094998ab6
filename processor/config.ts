/** The only file that reads the environment. Flags win over the environment, the environment over the file. */
import { resolve } from 'node:path';
import type { SourceRule } from '../src/dialects/sources.ts';
import type { Budget, PolicyRule } from '../src/policy/budget.ts';
import type { PriceSettings } from '../src/pricing/priceSettings.ts';
import type { WrittenPrice } from '../src/pricing/writtenPrice.ts';
import { describeValue, readConfigFile, type ConfigProblem, type Environment, type RawConfig } from './configFile.ts';
import { configSchema, settings, type SourceEntry } from './configSchema.ts';
import type { AlertEndpoint } from './alerts/endpoint.ts';
import { type CallbackConfig, describeEndpoint } from './endpointConfig.ts';
import { describeForward, type ForwardConfig, leadsBack } from './forwardConfig.ts';
import type { LogLevel } from './log.ts';
import { isMapping, problemsOf } from './schemaParts.ts';
import { type TlsConfig, tlsConfigOf } from './tlsConfig.ts';

export interface Config {
  /** Null: the embedded store. */
  readonly databaseUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  readonly host: string;
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly apiPort: number;
  readonly logLevel: LogLevel;
  /** Null: the listeners speak plain HTTP and gRPC. */
  readonly tls: TlsConfig | null;
  readonly retentionDays: number;
  readonly settleDelayMs: number;
  /** From SIGTERM, when `/readyz` turns to 503, to the end of the listeners. */
  readonly shutdownDelayMs: number;
  readonly limits: { readonly bodyBytes: number };
  /** What the operator says of emitters that count otherwise; the first that matches holds. */
  readonly sources: readonly SourceRule[];
  /** Every tenant's. */
  readonly budgets: readonly Budget[];
  readonly rules: readonly PolicyRule[];
  /** Every tenant's, after its own. */
  readonly prices: readonly WrittenPrice[];
  /** What spans do not say and prices depend on. */
  readonly pricing: PriceSettings;
  readonly callback: CallbackConfig | null;
  /** Who hears of alerts: `webhooks` and `email`. */
  readonly alertEndpoints: readonly AlertEndpoint[];
  /** Null: spans are not passed on. */
  readonly forward: ForwardConfig | null;
}

export type ConfigResult =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** What the command line gave, by the setting's key; `config` is the path of the file. */
export type Flags = Readonly<Record<string, string | undefined>>;

const CONFIG_FILE_DEFAULT = 'tollgate.yaml';

/** Reads every layer and reports all problems at once. */
export function readConfig(flags: Flags, env: Environment = process.env): ConfigResult {
  const named = flags['config'] ?? presence(env['TOLLGATE_CONFIG']);
  const raw = readConfigFile(named ?? CONFIG_FILE_DEFAULT, named !== undefined, env);
  for (const setting of settings) {
    overlay(raw, setting.key, presence(env[setting.env]), setting.env);
    overlay(raw, setting.key, flags[setting.key], setting.flag.split(' ')[0] ?? setting.flag);
  }
  return validate(raw);
}

/** What `tollgate check-config` reads: one file, on top of the defaults alone. */
export function checkConfigFile(path: string, env: Environment = process.env): readonly ConfigProblem[] {
  const result = validate(readConfigFile(path, true, env));
  return result.ok ? [] : result.problems;
}

export function describeProblem(problem: ConfigProblem): string {
  const where = problem.path === '' ? problem.source : `${problem.source}: ${problem.path}`;
  return `${where}: expected ${problem.expected}, found ${problem.found}`;
}

/** An empty variable counts as absent: `DATABASE_URL=` is how compose files write "none". */
function presence(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}

function overlay(raw: RawConfig, key: string, value: string | undefined, source: string): void {
  if (value === undefined) return;
  raw.sources.set(key, source);
  const [section = '', name] = key.split('.');
  if (name === undefined) {
    raw.values[key] = value;
    return;
  }
  const before = raw.values[section] ?? {};
  // What is no mapping is a problem of its own, which this must not hide.
  if (isMapping(before)) raw.values[section] = { ...before, [name]: value };
  if (!raw.sources.has(section)) raw.sources.set(section, source);
}

function validate(raw: RawConfig): ConfigResult {
  const problems = [...raw.problems];
  const sourceOf = (path: string): string => raw.sources.get(path) ?? raw.sources.get(path.split('.')[0] ?? path) ?? '';
  // What already is a problem is not reported a second time for what it was replaced by.
  const known = new Set(problems.map((problem) => problem.path));
  const parsed = configSchema.safeParse(raw.values);
  for (const problem of problemsOf(parsed.error?.issues ?? [], raw.values, describeFound)) {
    if (!known.has(problem.path)) problems.push({ ...problem, source: sourceOf(problem.path) });
  }
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const { data } = parsed;
  if (data.forward !== undefined && leadsBack(data.forward, data.host, [data.grpc_port, data.http_port])) {
    const path = 'forward.endpoint';
    const expected = 'another address than this service takes spans on: they would go round for ever';
    return {
      ok: false,
      problems: [
        { path, source: sourceOf(path), found: describeFound(data.forward.endpoint, path.split('.')), expected },
      ],
    };
  }
  const config: Config = {
    databaseUrl: data.database_url ?? null,
    dataDir: resolve(data.data_dir),
    host: data.host,
    grpcPort: data.grpc_port,
    httpPort: data.http_port,
    apiPort: data.api_port,
    logLevel: data.log_level,
    tls: tlsConfigOf(data.tls),
    retentionDays: data.retention_days,
    settleDelayMs: data.settle_delay_ms,
    shutdownDelayMs: data.shutdown_delay_ms,
    limits: Object.freeze({ bodyBytes: data.limits.body_bytes }),
    sources: Object.freeze(data.sources.map(sourceRule)),
    budgets: Object.freeze(data.budgets),
    rules: Object.freeze(data.rules),
    prices: Object.freeze(data.prices),
    pricing: Object.freeze(data.pricing),
    callback: data.callback ?? null,
    alertEndpoints: Object.freeze([...data.webhooks, ...data.email]),
    forward: data.forward ?? null,
  };
  return { ok: true, config: Object.freeze(config) };
}

function sourceRule(entry: SourceEntry): SourceRule {
  return Object.freeze({
    scope: entry.scope ?? null,
    service: entry.service ?? null,
    inputIncludesCache: entry.input_includes_cache ?? null,
    outputIncludesReasoning: entry.output_includes_reasoning ?? null,
    usage: entry.usage ?? null,
    provider: entry.provider ?? null,
  });
}

function describeFound(value: unknown, path: readonly PropertyKey[]): string {
  const isSecret = settings.some((setting) => setting.secret === true && setting.key === path.join('.'));
  if (isSecret && typeof value === 'string') return `a text of ${value.length} characters`;
  return describeEndpoint(value, path) ?? describeForward(value, path) ?? describeValue(value);
}
