import net from 'node:net';
import { createApi } from '../../processor/api/createApi.ts';
import type { Access, Caller } from '../../processor/access/caller.ts';
import type { Gate } from '../../processor/gate/gate.ts';
import { PolicyEndpoint, type PolicyEndpointOptions } from '../../processor/policy/policyEndpoint.ts';
import type { Decision } from '../../src/policy/decision.ts';
import { fixedPriceBook } from '../support/prices.ts';

export const DECISION_ID = '0190a000-0000-7000-8000-00000000000f';

/** 0.011 USD and 2000 tokens, reserved until 2026-04-01T10:00:00Z. */
export const allowed: Decision = {
  decisionId: DECISION_ID,
  effect: 'allow',
  reservedFemtoUsd: 11_000_000_000_000n,
  reservedTokens: 2000,
  expiresAtMicros: Date.UTC(2026, 3, 1, 10) * 1000,
  modify: null,
  stopStreams: false,
  reasons: [],
};

export const refused: Decision = {
  ...allowed,
  effect: 'require_approval',
  reservedFemtoUsd: null,
  reservedTokens: 0,
  expiresAtMicros: null,
};

export const caller: Caller = { tenant: 'acme', keyId: null, keyName: null, scopes: [], agent: null };

/** A gate that knows what a test says, and nothing else. */
function gateOf(parts: Partial<Gate>): PolicyEndpointOptions['gate'] {
  const unasked = (): never => {
    throw new Error('expected this not to be asked');
  };
  return { decide: unasked, settle: unasked, renew: unasked, find: unasked, wait: unasked, ...parts };
}

export interface RunningEndpoint extends AsyncDisposable {
  readonly base: string;
  readonly port: number;
  readonly faults: unknown[];
  /** Seconds of decisions, null for other answers. */
  readonly answered: (number | null)[];
  /** Requests that are not answered yet. */
  waiting(): number;
  stop(): Promise<void>;
}

/** The endpoint on the API's own port, over a gate that a test made. */
export async function startEndpoint(
  gate: Partial<Gate>,
  options: { readonly access?: Access; readonly callback?: PolicyEndpointOptions['callback'] } = {},
): Promise<RunningEndpoint> {
  const faults: unknown[] = [];
  const answered: (number | null)[] = [];
  let asked = 0;
  const { access = { authenticate: async () => caller }, callback = null } = options;
  const policy = new PolicyEndpoint({
    gate: gateOf(gate),
    access,
    callback,
    meters: { asked: () => void (asked += 1), answered: (seconds) => answered.push(seconds) },
    onFault: (fault) => faults.push(fault),
  });
  const none = async (): Promise<never> => {
    throw new Error('expected no question to the store');
  };
  const api = await createApi({
    database: { kind: 'postgres', query: none, transaction: none, close: async () => undefined },
    access,
    metrics: async () => '',
    isReady: async () => true,
    clock: () => new Date('2026-04-01T00:00:00Z'),
    version: '1.2.3',
    policies: {
      current: none,
      snapshot: none,
      put: none,
      remove: none,
      syncFile: none,
      raise: none,
      endRaise: none,
    },
    prices: fixedPriceBook(none),
    approve: none,
    erase: none,
    reprice: none,
    policy,
  });
  await api.listen({ host: '127.0.0.1', port: 0 });
  const { port } = api.server.address() as net.AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    port,
    faults,
    answered,
    waiting: () => asked - answered.length,
    stop: () => api.close(),
    [Symbol.asyncDispose]: () => api.close(),
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

export async function ask(url: string, body?: unknown, init: RequestInit = {}): Promise<Answer> {
  const sent =
    body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(url, { headers: { 'content-type': 'application/json' }, ...sent, ...init });
  return {
    status: response.status,
    headers: response.headers,
    json: (await response.json()) as Record<string, unknown>,
  };
}

/** Bytes over a socket of their own, and all that is answered until it ends or `until` is there. */
export function sendRaw(port: number, bytes: readonly (string | Buffer)[], until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (until.test(text)) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
    for (const part of bytes) socket.write(part);
  });
}
