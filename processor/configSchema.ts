import { z } from 'zod';
import { callback, email, endpointKeys, webhooks } from './endpointConfig.ts';
import { forward, forwardKeys } from './forwardConfig.ts';
import { logLevels } from './log.ts';
import { budgets, policyKeys, rules } from './policyConfig.ts';
import { prices, pricesKeys, pricing } from './pricesConfig.ts';
import { flag, glob, isMapping, oneOfTexts, section, text, wholeNumber } from './schemaParts.ts';
import { tls, tlsKeys } from './tlsConfig.ts';

/** One setting that has a flag and an environment variable beside its key in `tollgate.yaml`. */
export interface Setting {
  readonly key: string;
  readonly env: string;
  /** Commander's notation. */
  readonly flag: string;
  readonly says: string;
  /** The value may hold a password: a problem says its length, never its text. */
  readonly secret?: true;
}

export const settings: readonly Setting[] = [
  {
    key: 'database_url',
    env: 'DATABASE_URL',
    flag: '--database-url <url>',
    says: 'PostgreSQL to keep everything in; without it the embedded store in the data directory is used',
    secret: true,
  },
  {
    key: 'data_dir',
    env: 'TOLLGATE_DATA_DIR',
    flag: '--data-dir <dir>',
    says: 'directory of the embedded store and of the socket for commands (default: .tollgate)',
  },
  {
    key: 'host',
    env: 'TOLLGATE_HOST',
    flag: '--host <host>',
    says: 'address to listen on; any but a loopback address needs an API key (default: 127.0.0.1)',
  },
  {
    key: 'grpc_port',
    env: 'TOLLGATE_GRPC_PORT',
    flag: '--grpc-port <port>',
    says: 'port of OTLP/gRPC, 0 for a free one (default: 4317)',
  },
  {
    key: 'http_port',
    env: 'TOLLGATE_HTTP_PORT',
    flag: '--http-port <port>',
    says: 'port of OTLP/HTTP, 0 for a free one (default: 4318)',
  },
  {
    key: 'api_port',
    env: 'TOLLGATE_API_PORT',
    flag: '--api-port <port>',
    says: 'port of the API, 0 for a free one (default: 4319)',
  },
  {
    key: 'log_level',
    env: 'TOLLGATE_LOG_LEVEL',
    flag: '--log-level <level>',
    says: 'the least that is logged: debug, info, warn or error (default: info)',
  },
  {
    key: 'tls.cert_file',
    env: 'TOLLGATE_TLS_CERT_FILE',
    flag: '--tls-cert-file <file>',
    says: 'PEM certificate with its chain; with it all three ports speak TLS',
  },
  {
    key: 'tls.key_file',
    env: 'TOLLGATE_TLS_KEY_FILE',
    flag: '--tls-key-file <file>',
    says: 'PEM private key of the certificate',
  },
  {
    key: 'retention_days',
    env: 'TOLLGATE_RETENTION_DAYS',
    flag: '--retention-days <days>',
    says: 'spans that started longer ago are rejected (default: 400)',
  },
  {
    key: 'forward.endpoint',
    env: 'TOLLGATE_FORWARD_ENDPOINT',
    flag: '--forward-endpoint <url>',
    says: 'where spans are passed on to, with their costs (default: nowhere)',
    secret: true,
  },
  {
    key: 'settle_delay_ms',
    env: 'TOLLGATE_SETTLE_DELAY_MS',
    flag: '--settle-delay-ms <ms>',
    says: "how long an agent's total waits for the calls below it before it is charged itself (default: 60000)",
  },
  {
    key: 'shutdown_delay_ms',
    env: 'TOLLGATE_SHUTDOWN_DELAY_MS',
    flag: '--shutdown-delay-ms <ms>',
    says: 'how long requests are still taken after SIGTERM, while /readyz already says 503 (default: 0)',
  },
];

const PORT_MAX = 65_535;
const RETENTION_DAYS_DEFAULT = 400;
/** Ten years. Every day that holds a span is a partition of three tables, and a planner slows down with thousands. */
const RETENTION_DAYS_MAX = 3_650;
const SETTLE_DELAY_MS_DEFAULT = 60_000;
/** A week: calls may come later all the same, and take the total's booking back. */
const SETTLE_DELAY_MS_MAX = 7 * 86_400_000;
const SHUTDOWN_DELAY_MS_DEFAULT = 0;
/** Whoever ends the process has less patience. */
const SHUTDOWN_DELAY_MS_MAX = 300_000;
const BODY_BYTES_DEFAULT = 20 * 1024 * 1024;
const BODY_BYTES_MIN = 1024;
/** A body is held in memory whole while it is read, and several are at a time. */
const BODY_BYTES_MAX = 256 * 1024 * 1024;

const limits = section({
  body_bytes: wholeNumber(BODY_BYTES_MIN, BODY_BYTES_MAX).default(BODY_BYTES_DEFAULT),
});

/** Each span's scope and service are compared with all of them once. */
const SOURCES_MAX = 100;
const PROVIDER_CHARS_MAX = 64;

const source = section({
  scope: glob('the name of an instrumentation scope').optional(),
  service: glob('service.name').optional(),
  input_includes_cache: flag().optional(),
  output_includes_reasoning: flag().optional(),
  usage: oneOfTexts(['ignore', 'container', 'call', 'estimate']).optional(),
  provider: text(
    new RegExp(`^[\\w.-]{1,${PROVIDER_CHARS_MAX}}$`),
    'the name of a provider, such as openai or aws.bedrock',
  ).optional(),
});

/** An entry that matches everything, or says nothing, is a mistake; both are told beside the entry's other problems. */
const checkedSource = source
  .refine((entry) => entry.scope !== undefined || entry.service !== undefined, {
    error: 'a scope, a service or both to match',
    when: ({ value }) => isMapping(value),
  })
  .refine(({ scope: _scope, service: _service, ...rules }) => Object.values(rules).some((rule) => rule !== undefined), {
    error: 'something to say of what matches: input_includes_cache, output_includes_reasoning, usage or provider',
    when: ({ value }) => isMapping(value),
  });

export type SourceEntry = z.output<typeof source>;

const sources = z
  .array(checkedSource, { error: 'a list of sources' })
  .max(SOURCES_MAX, { error: `at most ${SOURCES_MAX} sources` });

/** The settings as they stand in `tollgate.yaml`. The message of every rule says what is expected. */
export const configSchema = section({
  database_url: text(/^postgres(ql)?:\/\/\S+$/, 'a URL such as postgres://user:password@host:5432/database').optional(),
  data_dir: text(/\S/, 'the path of a directory').default('.tollgate'),
  host: text(/^[\w.:%-]+$/, 'an address or host name without port, such as 127.0.0.1').default('127.0.0.1'),
  grpc_port: wholeNumber(0, PORT_MAX).default(4317),
  http_port: wholeNumber(0, PORT_MAX).default(4318),
  api_port: wholeNumber(0, PORT_MAX).default(4319),
  log_level: oneOfTexts(logLevels).default('info'),
  tls: tls.optional(),
  retention_days: wholeNumber(1, RETENTION_DAYS_MAX).default(RETENTION_DAYS_DEFAULT),
  settle_delay_ms: wholeNumber(0, SETTLE_DELAY_MS_MAX).default(SETTLE_DELAY_MS_DEFAULT),
  shutdown_delay_ms: wholeNumber(0, SHUTDOWN_DELAY_MS_MAX).default(SHUTDOWN_DELAY_MS_DEFAULT),
  limits: limits.prefault({}),
  sources: sources.default([]),
  budgets: budgets.default([]),
  rules: rules.default([]),
  prices: prices.default([]),
  pricing,
  callback: callback.optional(),
  webhooks: webhooks.default([]),
  email: email.default([]),
  forward: forward.optional(),
});

/** Every key that `tollgate.yaml` takes, dotted. */
export const configKeys: readonly string[] = [
  ...settings.map(({ key }) => key),
  ...Object.keys(limits.shape).map((key) => `limits.${key}`),
  ...Object.keys(source.shape).map((key) => `sources[].${key}`),
  ...tlsKeys,
  ...policyKeys,
  ...pricesKeys,
  ...endpointKeys,
  ...forwardKeys,
];
