import { inject } from 'vitest';
import { makeTestPlace } from '../../support/database.ts';
import { startService } from '../../support/service.ts';

type Json = ReturnType<typeof JSON.parse>;

/** A running service as the tests of the page know it. */
export interface Store extends AsyncDisposable {
  readonly api: string;
  readonly http: string;
  /** The answer of the API, which has to be one. */
  get(path: string): Promise<Json>;
  change(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: object): Promise<Json>;
  readonly dataDir: string;
  /** SIGTERM; `restart` is the same again, at the same addresses. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** What a company's agents did in two months (`fillStore`): shared by all files, which only read it. */
export async function openFilled(): Promise<Pick<Store, 'api' | 'http' | 'get'>> {
  const response = await fetch(inject('filledUrl'));
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const { api, http } = JSON.parse(text) as { api: string; http: string };
  return { api, http, get: (path) => ask(api, 'GET', path) };
}

/** An empty service of its own on the embedded store. */
export async function openEmpty(args: readonly string[] = [], headers: Record<string, string> = {}): Promise<Store> {
  const place = await makeTestPlace('embedded');
  const { dataDir } = place;
  const settings = ['--data-dir', dataDir, ...args];
  let service = await startService({ args: settings });
  const { api, http } = service;
  const ports = ['--api-port', new URL(api).port, '--http-port', new URL(http).port];
  return {
    dataDir,
    api,
    http,
    get: (address) => ask(api, 'GET', address, undefined, headers),
    change: (method, address, body) => ask(api, method, address, body, headers),
    stop: () => service.stop().then(() => undefined),
    restart: async () => {
      service = await startService({ args: [...settings, ...ports] });
    },
    [Symbol.asyncDispose]: async () => {
      await service[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

export async function ask(
  base: string,
  method: string,
  address: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
): Promise<Json> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const type = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(base + address, { method, headers: { ...headers, ...type }, ...content });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}
