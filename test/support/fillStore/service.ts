import { type WrittenSpan, writeExport } from './spans.ts';

/** Where to send, and as whom. */
export interface Service {
  readonly httpUrl: string;
  readonly apiUrl: string;
  readonly headers: Readonly<Record<string, string>>;
}

export async function send({ httpUrl, headers }: Service, spans: readonly WrittenSpan[]): Promise<void> {
  const response = await fetch(`${httpUrl}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: writeExport(spans),
  });
  const text = await response.text();
  if (response.status !== 200 || text.includes('rejected')) throw new Error(`/v1/traces: ${response.status} ${text}`);
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
