import { hrefOf, type Params } from './model/addresses.ts';
import { keyOf, signOut } from './session.ts';

export type { Params } from './model/addresses.ts';

export interface FieldFault {
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

interface Problem {
  readonly title?: string;
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly FieldFault[];
}

/** What an answer that is none says: RFC 9457, or that there was no answer (`status` 0). */
export class Fault extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldFault[];

  constructor(status: number, { title, code, detail, errors }: Problem) {
    super(detail ?? title ?? `Tollgate answered ${status}.`);
    this.name = 'Fault';
    this.status = status;
    this.code = code ?? 'unknown';
    this.fields = errors ?? [];
  }
}

async function reach(address: string, options: RequestInit): Promise<Response> {
  if (new URL(address, location.origin).pathname !== address.split('?')[0])
    throw new Fault(0, { code: 'bad_parameter', detail: 'The names “.” and “..” cannot stand in an address.' });
  const key = keyOf();
  const headers = new Headers(options.headers);
  if (key !== null) headers.set('authorization', `Bearer ${key}`);
  let response: Response;
  try {
    response = await fetch(address, { ...options, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Fault(0, { code: 'unreachable', detail: 'Tollgate cannot be reached.' });
  }
  if (response.ok) return response;
  const fault = await faultOf(response);
  // Unless somebody signed in with another key in the meantime.
  if (response.status === 401 && key === keyOf()) signOut(key === null ? null : fault.message);
  throw fault;
}

/** What an answer holds. One that breaks off is none. */
async function whole<T>(content: Promise<T>): Promise<T> {
  try {
    return await content;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Fault(0, { code: 'broken_off', detail: 'The answer broke off before its end.' });
  }
}

async function faultOf(response: Response): Promise<Fault> {
  try {
    return new Fault(response.status, (await response.json()) as Problem);
  } catch {
    return new Fault(response.status, {});
  }
}

/** Throws `Fault`, and `AbortError` when the signal says so. */
export async function ask<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  const response = await reach(hrefOf(path, params), signal === undefined ? {} : { signal });
  return (await whole(response.json())) as T;
}

/** Throws `Fault`. An answer without a body is null. */
export async function send<T>(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const content =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await reach(path, { method, ...content });
  const text = await whole(response.text());
  return (text === '' ? null : JSON.parse(text)) as T;
}

/** Saves the answer as a file under the name it comes with. Throws `Fault`. */
export async function download(path: string, params: Params): Promise<void> {
  const response = await reach(hrefOf(path, params), {});
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'tollgate-export';
  const address = URL.createObjectURL(await whole(response.blob()));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
