import { setTimeout as delay } from 'node:timers/promises';
import { type WrittenSpan, writeExport } from './spans.ts';

const ATTEMPTS_MAX = 20;

/** Where to send, and as whom. */
export interface Service {
  readonly httpUrl: string;
  readonly apiUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** As an exporter does: a service that has more waiting than it can store in time says when to come again. */
export async function send({ httpUrl, headers }: Service, spans: readonly WrittenSpan[]): Promise<void> {
  const body = writeExport(spans);
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(`${httpUrl}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    const text = await response.text();
    if (response.status === 200 && !text.includes('rejected')) return;
    const retryAfter = response.headers.get('retry-after');
    if (response.status !== 503 || retryAfter === null || attempt === ATTEMPTS_MAX) {
      throw new Error(`/v1/traces: ${response.status} ${text}`);
    }
    await delay(Number(retryAfter) * 1_000);
  }
}

export async function change(
  { apiUrl, headers }: Service,
  method: 'PUT' | 'POST',
  path: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${apiUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

export async function ask({ apiUrl, headers }: Service, path: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${apiUrl}${path}`, { headers });
  const text = await response.text();
  if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${text}`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}
