import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface AskedBody {
  readonly subject: Readonly<Record<string, unknown>>;
  readonly call?: Readonly<Record<string, unknown>>;
  readonly idempotency_key: string;
  readonly ttl_seconds: number;
}

interface SettledBody {
  readonly id: string;
  readonly body: unknown;
}

/** What of a decision differs from a plain yes. */
export type Answer =
  | Readonly<Record<string, unknown>>
  | { readonly status: number }
  | { readonly delayMs: number; readonly answer: Readonly<Record<string, unknown>> };

export interface PolicyServer {
  readonly url: string;
  readonly asked: AskedBody[];
  readonly settled: SettledBody[];
  readonly renewed: unknown[];
  /** `id?wait=N` of every question about a decision that waits. */
  readonly waits: string[];
  readonly authorizations: (string | undefined)[];
  answerWith(answer: (body: AskedBody, count: number) => Answer): void;
  /** What a waiting decision becomes; undefined: it goes on waiting. */
  approveWith(answer: () => Answer | undefined): void;
  settleWith(status: () => number): void;
  reset(): void;
  close(): Promise<void>;
}

export const reasonOf = (effect: string): object => ({
  policy: 'test-budget',
  kind: 'budget',
  effect,
  mode: 'enforce',
  message: `the test says ${effect}`,
  limit_usd: '1',
});

/** The policy API with a script in place of budgets: every answer is the test's. */
export async function startPolicyServer(): Promise<PolicyServer> {
  let answer: (body: AskedBody, count: number) => Answer = () => ({});
  let approve: () => Answer | undefined = () => undefined;
  let settleStatus = (): number => 200;
  const [asked, settled, renewed, waits]: [AskedBody[], SettledBody[], unknown[], string[]] = [[], [], [], []];
  const authorizations: (string | undefined)[] = [];

  async function decisionOf(id: string, given: Answer): Promise<[status: number, body: object]> {
    if ('delayMs' in given) {
      await sleep(Number(given['delayMs']));
      return decisionOf(id, given['answer'] as Answer);
    }
    if ('status' in given) return [Number(given['status']), { code: 'test', title: 'test' }];
    const effect = typeof given['effect'] === 'string' ? given['effect'] : 'allow';
    const reserved = effect !== 'deny' && effect !== 'require_approval';
    const decision = {
      decision_id: id,
      effect,
      reserved_usd: reserved ? '0.01' : '0',
      reserved_tokens: reserved ? 100 : 0,
      expires_at: reserved ? '2030-01-01T00:00:00.000Z' : null,
      modify: null,
      stop_streams: false,
      reasons: effect === 'allow' ? [] : [reasonOf(effect)],
      ...given,
    };
    return [200, decision];
  }

  async function route(method: string, url: string, body: unknown): Promise<[status: number, body: object]> {
    const [, id = '', rest = ''] = /^\/policy\/v1\/decisions\/([^/?]+)(.*)$/.exec(url) ?? [];
    if (method === 'POST' && url === '/policy/v1/decisions')
      return decisionOf(randomUUID(), answer(body as AskedBody, asked.push(body as AskedBody)));
    if (method === 'POST' && url === '/policy/v1/renewals') {
      renewed.push(body);
      return [200, { renewed: [], ended: [] }];
    }
    if (method === 'POST' && rest === '/settlement') {
      const status = settleStatus();
      if (status === 200) settled.push({ id, body });
      return [status, { cost_usd: '0' }];
    }
    waits.push(id + rest);
    const given = approve();
    if (given === undefined) await sleep(Number(new URLSearchParams(rest.slice(1)).get('wait')) * 1_000);
    return decisionOf(id, given ?? { effect: 'require_approval' });
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      authorizations.push(request.headers.authorization);
      const text = Buffer.concat(chunks).toString();
      void route(request.method ?? '', request.url ?? '', text === '' ? null : JSON.parse(text)).then(
        ([status, body]) =>
          response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    settled,
    renewed,
    waits,
    authorizations,
    answerWith: (given) => {
      answer = given;
    },
    approveWith: (given) => {
      approve = given;
    },
    settleWith: (given) => {
      settleStatus = given;
    },
    reset: () => {
      for (const list of [asked, settled, renewed, waits, authorizations]) list.length = 0;
      answer = () => ({});
      approve = () => undefined;
      settleStatus = () => 200;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
