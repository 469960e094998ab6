import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Admission } from '../../instrumentation/gate/admission.ts';
import { Gate } from '../../instrumentation/gate/gate.ts';
import type { Asked, Gatekeeper, Verdict } from '../../instrumentation/gate/gated.ts';
import { setPolicyCallback } from '../../instrumentation/gate/policyCallback.ts';
import { PolicyDeniedError } from '../../instrumentation/gate/policyDeniedError.ts';
import { readPolicyConfig } from '../../instrumentation/gate/policyConfig.ts';
import { decisionOf } from './decisionOf.ts';

const servers: Server[] = [];

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(() => {
  setPolicyCallback(null);
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

const ask = (): Asked => ({ subject: { tags: {} }, call: null });
const gateOf = (values: Record<string, string>): Gate =>
  new Gate(readPolicyConfig({ TOLLGATE_POLICY_TIMEOUT_MS: '300', ...values }, null, []));

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const odd: Readonly<Record<string, RequestListener>> = {
  'half of one': (_request, response) => response.end('{"effect":'),
  'another text': (_request, response) => response.end('<html></html>'),
  'another effect': (_request, response) => response.end('{"decision_id":"1","effect":"perhaps"}'),
  'a modification without one': (_request, response) => response.end('{"decision_id":"1","effect":"modify"}'),
  'a redirection': (_request, response) => response.writeHead(307, { location: '/' }).end(),
  'an error': (_request, response) => response.writeHead(500).end('{"decision_id":"1","effect":"allow"}'),
  'two megabytes': (_request, response) => response.end(Buffer.alloc(2 ** 21, ' ')),
  'one that never ends': (_request, response) => response.write('{'),
  'a closed connection': (request) => request.socket.destroy(),
  'a change of protocol': (_request, response) =>
    response.writeHead(101, { connection: 'upgrade', upgrade: 'other' }).end(),
};

describe('an answer that is no decision', () => {
  it.each(Object.keys(odd))(
    'as %s lets the call go on, or denies it, as TOLLGATE_POLICY_ON_ERROR says',
    async (kind) => {
      const url = await listen((request, response) => {
        request.resume();
        odd[kind]?.(request, response);
      });
      for (const onError of ['allow', 'deny']) {
        const gate = gateOf({ TOLLGATE_POLICY_URL: url, TOLLGATE_POLICY_ON_ERROR: onError });
        const { effect, isRefused, reservation } = await gate.decide(ask);
        expect({ effect, isRefused, reservation }).toEqual({
          effect: 'unavailable',
          isRefused: onError === 'deny',
          reservation: null,
        });
      }
    },
  );
});

describe('a callback that asks a model itself', () => {
  it('is not asked about that, so that one call is one question', async () => {
    const gate = gateOf({});
    let asked = 0;
    setPolicyCallback(async () => {
      asked += 1;
      // Without end, but for this.
      if (asked < 100) await gate.decide(ask);
      return { effect: 'deny' };
    });
    expect((await gate.decide(ask)).isRefused).toBe(true);
    expect(asked).toBe(1);
    // Calls beside it are asked about as ever.
    await Promise.all([gate.decide(ask), gate.decide(ask)]);
    expect(asked).toBe(3);
  });
});

describe('a caller who gives up while a decision is made', () => {
  it('waits no longer, and what is reserved later is given back', async () => {
    let decided: (verdict: Verdict) => void = () => undefined;
    const deciding = new Promise<Verdict>((resolve) => (decided = resolve));
    const close = vi.fn();
    const gate: Gatekeeper = { isActive: true, enforces: true, decide: () => deciding, close };
    const admission = new Admission(gate, true);
    const controller = new AbortController();
    const options = { body: { model: 'm' }, signal: controller.signal };
    const admitted = admission.admit(options, { deployment: null } as never);
    controller.abort();
    expect(await admitted).toBe(options);
    expect([admission.isOpen, close.mock.calls]).toEqual([false, []]);
    decided({ decision: decisionOf('allow'), effect: 'allow', isRefused: false, reservation: 'id' });
    await vi.waitFor(() => expect(close.mock.calls).toEqual([[decisionOf('allow'), { released: true }]]));
  });
});

describe('a denial', () => {
  it('is one for every copy of the package, the preload’s and the one in a bundle', async () => {
    vi.resetModules();
    const other = await import('../../instrumentation/gate/policyDeniedError.ts');
    const denial = new other.PolicyDeniedError(decisionOf('deny'));
    class Narrower extends PolicyDeniedError {}
    expect(other.PolicyDeniedError).not.toBe(PolicyDeniedError);
    expect([denial instanceof PolicyDeniedError, denial instanceof Narrower, denial instanceof Error]).toEqual([
      true,
      false,
      true,
    ]);
    const narrower = new Narrower(decisionOf('deny'));
    expect([narrower instanceof Narrower, narrower instanceof other.PolicyDeniedError]).toEqual([true, true]);
    for (const value of [null, undefined, 'text', new Error('other'), { name: 'PolicyDeniedError' }])
      expect(value instanceof PolicyDeniedError).toBe(false);
    expect(Object.keys(denial)).toEqual(['name', 'status', 'code', 'decision']);
  });
});
