import { validateHeaderValue } from 'node:http';
import { shown, variableReader } from './variables.ts';
import type { Environment } from './variables.ts';

/** Tollgate's own addresses; `localhost` could mean `::1`, where nothing listens. */
const DEFAULT_HTTP_ENDPOINT = 'http://127.0.0.1:4318';
const DEFAULT_GRPC_ENDPOINT = 'http://127.0.0.1:4317';
const DEFAULT_TIMEOUT_MS = 10_000;

const protocols = ['http/protobuf', 'http/json', 'grpc'] as const;

type Signal = 'traces' | 'metrics';

/** Where a signal goes and how. Plain data: it crosses to the exit worker. */
export interface Destination {
  readonly signal: Signal;
  readonly protocol: (typeof protocols)[number];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly gzip: boolean;
  /** PEM texts for TLS; null where Node's own store decides. */
  readonly tls: { readonly ca: string | null; readonly cert: string | null; readonly key: string | null };
}

/** By the variables of the signal, else those of all signals. */
export function readDestination(
  signal: Signal,
  values: Environment,
  apiKey: string | null,
  problems: string[],
): Destination {
  const { first, choice, wholeNumber, pem } = variableReader(values, problems);
  const otlp = (name: string): [string, string] => [
    `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_${name}`,
    `OTEL_EXPORTER_OTLP_${name}`,
  ];
  const protocol = choice(protocols, 'http/protobuf', ...otlp('PROTOCOL'));
  return {
    signal,
    protocol,
    url: readUrl(signal, protocol, first, problems),
    headers: readHeaders(apiKey, first(...otlp('HEADERS')), problems),
    timeoutMs: wholeNumber(DEFAULT_TIMEOUT_MS, ...otlp('TIMEOUT')),
    gzip: choice(['none', 'gzip'], 'none', ...otlp('COMPRESSION')) === 'gzip',
    tls: { ca: pem(...otlp('CERTIFICATE')), cert: pem(...otlp('CLIENT_CERTIFICATE')), key: pem(...otlp('CLIENT_KEY')) },
  };
}

function readUrl(
  signal: Signal,
  protocol: Destination['protocol'],
  first: (...names: string[]) => [string, string | undefined],
  problems: string[],
): string {
  const grpc = protocol === 'grpc';
  const path = `/v1/${signal}`;
  const fallback = grpc ? DEFAULT_GRPC_ENDPOINT : DEFAULT_HTTP_ENDPOINT;
  const parse = (name: string, value: string | undefined, added: string, otherwise: string): string | null => {
    if (value === undefined) return null;
    // gRPC targets are often written without a scheme; so are they in the specification's older examples.
    const text = grpc && !value.includes('://') ? `http://${value}` : value;
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url !== null && /^https?:$/.test(url.protocol)) return grpc ? url.origin : withPath(url, added);
    problems.push(`${name}: expected an http or https URL, found ${shown(value)}; using ${otherwise}`);
    return null;
  };
  const [ownName, ownUrl] = first(`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`);
  const [name, base] = first('OTEL_EXPORTER_OTLP_ENDPOINT');
  const own = parse(ownName, ownUrl, '', base === undefined ? fallback : name);
  return own ?? parse(name, base, path, fallback) ?? (grpc ? fallback : `${fallback}${path}`);
}

/** Added to the path: what follows a question mark stays at the end. */
function withPath(url: URL, added: string): string {
  if (added !== '') url.pathname = url.pathname.replace(/\/+$/, '') + added;
  return url.href;
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
    const value = decode(entry.slice(at + 1).trim());
    if (at < 1 || !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(key))
      problems.push(`${name}: expected name=value pairs, found an entry that is none; leaving it out`);
    else if (!isSendable(key, value))
      problems.push(`${name}: expected a value that HTTP can carry, found another for ${key}; leaving it out`);
    else headers[key] = value;
  }
  if (apiKey !== null) headers['authorization'] = `Bearer ${apiKey}`;
  return headers;
}

/** One that cannot be sent would fail every export. It may be a secret, so that nobody shows it. */
function isSendable(key: string, value: string): boolean {
  try {
    validateHeaderValue(key, value);
    return true;
  } catch {
    return false;
  }
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
