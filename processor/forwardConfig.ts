/** Where spans are passed on to: docs/reference/config.md has the keys. */
import { z } from 'zod';
import { describeValue } from './configFile.ts';
import { isMapping, oneOfTexts, section, text, wholeNumber } from './schemaParts.ts';

export interface ForwardConfig {
  /** For http/protobuf the base address, or the one of traces. */
  readonly endpoint: string;
  readonly protocol: 'http/protobuf' | 'grpc';
  /** Secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  /** One request, from its connection to its answer's last byte. */
  readonly timeoutMs: number;
  /** Requests at a time. */
  readonly connections: number;
  /** Of the queue's files together. */
  readonly queueBytes: number;
  readonly tls: {
    readonly caFile: string | null;
    readonly certFile: string | null;
    readonly keyFile: string | null;
  };
}

const URL_CHARS_MAX = 2_048;
const HEADERS_MAX = 50;
const HEADER_CHARS_MAX = 8_192;
const TIMEOUT_MS_DEFAULT = 10_000;
const TIMEOUT_MS_MAX = 300_000;
const CONNECTIONS_DEFAULT = 4;
/** Each holds a payload in memory. */
const CONNECTIONS_MAX = 64;
const QUEUE_BYTES_DEFAULT = 1024 ** 3;
const QUEUE_BYTES_MIN = 1024 ** 2;
const QUEUE_BYTES_MAX = 1024 ** 4;

const ENDPOINT_EXPECTED = `an http or https URL of at most ${URL_CHARS_MAX} characters without a name or password in it`;
const endpoint = z.string({ error: ENDPOINT_EXPECTED }).refine((value) => {
  if (value.length > URL_CHARS_MAX || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}, ENDPOINT_EXPECTED);

/** What OTLP sets itself, what would break a request's framing, and what gRPC takes for itself. */
const RESERVED =
  /^(?:content-(?:type|length|encoding)|host|connection|keep-alive|transfer-encoding|te|upgrade|expect|trailer|grpc-.*|.*-bin)$/i;
const HEADERS_EXPECTED = `a mapping of at most ${HEADERS_MAX} names to texts`;
const NAME_EXPECTED = 'the name of a header that OTLP does not set itself';
const VALUE_EXPECTED = `a text of at most ${HEADER_CHARS_MAX} printable ASCII characters`;
const headers = z
  .record(
    z
      .string()
      .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/)
      .refine((name) => !RESERVED.test(name)),
    z.string({ error: VALUE_EXPECTED }).regex(new RegExp(`^[\\x20-\\x7e]{0,${HEADER_CHARS_MAX}}$`), VALUE_EXPECTED),
    { error: (issue) => (issue.code === 'invalid_key' ? NAME_EXPECTED : HEADERS_EXPECTED) },
  )
  .refine((those) => Object.keys(those).length <= HEADERS_MAX, HEADERS_EXPECTED);

const file = text(/\S/, 'the path of a PEM file').optional();
const tlsShape = { ca_file: file, cert_file: file, key_file: file };
const BOTH_EXPECTED = 'cert_file and key_file together';
const tls = section(tlsShape).refine(
  (written) => (written.cert_file === undefined) === (written.key_file === undefined),
  {
    error: BOTH_EXPECTED,
    when: ({ value }) => isMapping(value),
  },
);

const forwardShape = {
  endpoint,
  protocol: oneOfTexts(['http/protobuf', 'grpc']).default('http/protobuf'),
  headers: headers.default({}),
  compression: oneOfTexts(['gzip', 'none']).default('gzip'),
  timeout_ms: wholeNumber(1, TIMEOUT_MS_MAX).default(TIMEOUT_MS_DEFAULT),
  connections: wholeNumber(1, CONNECTIONS_MAX).default(CONNECTIONS_DEFAULT),
  queue_bytes: wholeNumber(QUEUE_BYTES_MIN, QUEUE_BYTES_MAX).default(QUEUE_BYTES_DEFAULT),
  tls: tls.prefault({}),
};
export const forward = section(forwardShape).transform((written): ForwardConfig => ({
  endpoint: written.endpoint,
  protocol: written.protocol,
  headers: written.headers,
  compression: written.compression,
  timeoutMs: written.timeout_ms,
  connections: written.connections,
  queueBytes: written.queue_bytes,
  tls: {
    caFile: written.tls.ca_file ?? null,
    certFile: written.tls.cert_file ?? null,
    keyFile: written.tls.key_file ?? null,
  },
}));

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** True where spans would come back to this service, and go on for ever. `ports` are those OTLP is taken on. */
export function leadsBack(to: ForwardConfig, host: string, ports: readonly number[]): boolean {
  const { hostname, port, protocol } = new URL(to.endpoint);
  const isOwnHost = LOOPBACK.has(hostname) || hostname === host;
  return isOwnHost && ports.includes(port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port));
}

/** Without the endpoint, which has an environment variable and a flag too. */
export const forwardKeys: readonly string[] = [
  ...Object.keys(forwardShape).filter((key) => key !== 'endpoint' && key !== 'tls'),
  ...Object.keys(tlsShape).map((key) => `tls.${key}`),
].map((key) => `forward.${key}`);

const secretKeys = new Set<PropertyKey>(['endpoint', 'headers']);

/** What a problem says was found, without secrets: an address may hold a key too. Null where the path is another's. */
export function describeForward(value: unknown, path: readonly PropertyKey[]): string | null {
  const [part, key] = path;
  if (part !== 'forward') return null;
  if (key !== undefined && !secretKeys.has(key)) return describeValue(value);
  if (typeof value === 'string') return `a text of ${value.length} characters`;
  if (value === undefined) return 'nothing';
  return typeof value === 'object' && value !== null ? 'a list or a mapping' : `a ${typeof value}`;
}
