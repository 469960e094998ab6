import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startProvider } from '../support/provider/startProvider.ts';
import type { StandInProvider } from '../support/provider/startProvider.ts';
import { startPolicyServer } from './policyServer.ts';
import type { PolicyServer } from './policyServer.ts';
import { startReceiver } from './receiver.ts';
import type { Receiver } from './receiver.ts';
import { environmentFor, makeHome, runApp } from './runApp.ts';

interface Seen {
  readonly value?: unknown;
  readonly error?: Readonly<Record<string, unknown>>;
  readonly unhandled: readonly Readonly<Record<string, unknown>>[];
}

let provider: StandInProvider;
let receiver: Receiver;
let policy: PolicyServer;
const home = makeHome();

beforeAll(async () => {
  provider = await startProvider();
  receiver = await startReceiver();
  policy = await startPolicyServer();
});

beforeEach(() => {
  provider.requests.length = 0;
  receiver.spans.length = 0;
  policy.reset();
});

afterAll(async () => {
  await provider.close();
  await receiver.close();
  await policy.close();
  home.remove();
});

async function run(environment: Record<string, string>): Promise<Readonly<Record<string, Seen>>> {
  const end = await runApp('gateScenarios.cjs', {
    environment: {
      ...environmentFor(provider.url, receiver.url, home.path),
      TOLLGATE_POLICY_URL: policy.url,
      MODEL: 'some-model',
      ...environment,
    },
  });
  expect({ code: end.code, stderr: end.stdout === '' ? end.stderr : '' }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(end.stdout) as Record<string, Seen>;
}

describe('a denied call', () => {
  it('rejects with PolicyDeniedError in every shape, and no byte reaches the provider', async () => {
    policy.answerWith(() => ({ effect: 'deny' }));
    const seen = await run({});
    const denied = { status: 403, code: 'policy_denied' };
    const message = 'the call is denied by policy: test-budget: the test says deny';
    for (const [name, { error, unhandled }] of Object.entries(seen)) {
      const found = name === 'unhandled' ? unhandled[0] : (error?.['cause'] ?? error);
      expect({ name, found }).toMatchObject({ name, found: { class: 'PolicyDeniedError', ...denied, message } });
      expect({ name, count: unhandled.length }).toEqual({ name, count: name === 'unhandled' ? 1 : 0 });
    }
    expect(Object.keys(seen)).toHaveLength(20);
    expect(provider.requests).toEqual([]);
    // One question a call: nobody retries.
    expect(policy.asked).toHaveLength(20);
    expect(policy.settled).toEqual([]);
    expect(receiver.spans).toHaveLength(20);
    for (const { attributes, status, statusMessage } of receiver.spans) {
      expect({ status, statusMessage }).toEqual({ status: 'error', statusMessage: 'policy_denied' });
      expect(attributes).toMatchObject({
        'error.type': '403',
        'tollgate.policy.effect': 'deny',
        'tollgate.policy.names': ['test-budget'],
      });
      expect(Object.keys(attributes).filter((key) => /reservation|usage/.test(key))).toEqual([]);
    }
  });
});

describe('an allowed call', () => {
  it('goes on as without a gate, in every shape, and its span has the reservation', async () => {
    const plain = await run({ TOLLGATE_POLICY_URL: '' });
    provider.requests.length = 0;
    receiver.spans.length = 0;
    const gated = await run({});
    expect(gated).toEqual(plain);
    expect(provider.requests).toHaveLength(20);
    expect(policy.asked).toHaveLength(20);
    const ids = receiver.spans.map(({ attributes }) => attributes['tollgate.reservation.id']);
    expect(new Set(ids).size).toBe(20);
    // Bytes the application reads itself, and an answer nobody reads, are settled by nobody.
    for (const { id } of policy.settled) expect(ids).toContain(id);
    expect(policy.settled).toHaveLength(18);
    for (const { body } of policy.settled) expect(body).toMatchObject({ final: true });
  });
});

describe('with Tollgate away', () => {
  const away = { TOLLGATE_POLICY_URL: 'http://127.0.0.1:9' };

  it('calls go on unchecked by default, and their spans say so', async () => {
    const seen = await run(away);
    expect(Object.entries(seen).filter(([, { error }]) => error !== undefined)).toEqual([]);
    expect(provider.requests).toHaveLength(20);
    const effects = receiver.spans.map(({ attributes }) => attributes['tollgate.policy.effect']);
    expect(new Set(effects)).toEqual(new Set(['unavailable']));
  });

  it('calls are denied with TOLLGATE_POLICY_ON_ERROR=deny', async () => {
    const seen = await run({ ...away, TOLLGATE_POLICY_ON_ERROR: 'deny' });
    for (const [name, { error, unhandled }] of Object.entries(seen)) {
      const found = name === 'unhandled' ? unhandled[0] : (error?.['cause'] ?? error);
      expect({ name, found }).toMatchObject({ name, found: { class: 'PolicyDeniedError', code: 'policy_denied' } });
    }
    expect(provider.requests).toEqual([]);
  });
});
