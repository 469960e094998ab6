import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateHarness } from './gateHarness.ts';
import type { GateHarness, Seen } from './gateHarness.ts';
import { reasonOf } from './policyServer.ts';
import type { Answer, AskedBody } from './policyServer.ts';

let harness: GateHarness;

beforeAll(async () => {
  harness = await startGateHarness();
});

afterAll(() => harness[Symbol.asyncDispose]());

const answers: Readonly<Record<string, Answer>> = {
  'm-warn': { effect: 'warn' },
  'm-deny': { effect: 'deny' },
  'm-modify': { effect: 'modify', modify: { model: null, max_output_tokens: 40 } },
  'm-modifyModel': { effect: 'modify', modify: { model: 'smaller', max_output_tokens: null } },
  'm-approval': { effect: 'require_approval' },
  'm-slow': { delayMs: 3_500, answer: { effect: 'allow' } },
  'm-broken': { status: 500 },
};

const answerByModel = ({ call }: AskedBody): Answer => answers[String(call?.['model'])] ?? {};
const values = (seen: Readonly<Record<string, Seen>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(seen).map(([name, { value, error }]) => [name, value ?? error]));
const sentModels = (): unknown[] => harness.provider.requests.map(({ body }) => (body as { model: string }).model);
const effectOf = (model: string): unknown => harness.spanOf(model).attributes['tollgate.policy.effect'];

beforeEach(() => {
  harness.policy.reset();
  harness.policy.answerWith(answerByModel);
});

/** As much of an export as is read here. */
interface JsonExport {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly events: readonly { readonly name: string; readonly attributes: unknown }[];
      }[];
    }[];
  }[];
}

const environment = { GROUP: 'effect', TOLLGATE_POLICY_TIMEOUT_MS: '2000', TOLLGATE_POLICY_APPROVAL_WAIT_MS: '0' };
const denied = ['PolicyDeniedError', true, 'deny'];

describe('an enforced decision', () => {
  it('is acted upon; a call whose decision needs an approval waits for none, and is denied', async () => {
    expect(values(await harness.run('gateCases.cjs', environment))).toEqual({
      warn: 'm-warn',
      deny: denied,
      modify: 'm-modify',
      modifyModel: 'smaller',
      approval: ['PolicyDeniedError', true, 'require_approval'],
      slow: 'no error',
      broken: 'no error',
      allow: 'm-allow',
    });
    expect(sentModels()).toEqual(['m-warn', 'm-modify', 'smaller', 'm-slow', 'm-broken', 'm-allow']);
    expect(['m-warn', 'm-deny', 'm-approval', 'm-slow', 'm-broken', 'm-allow'].map(effectOf)).toEqual([
      'warn',
      'deny',
      'require_approval',
      'unavailable',
      'unavailable',
      'allow',
    ]);
  });

  it('that warns leaves an event on the span, with the policy and what it says', async () => {
    await harness.run('gateCases.cjs', { ...environment, ONLY: 'warn', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' });
    const exported = JSON.parse(String(harness.receiver.exports[0]?.bytes)) as JsonExport;
    const [span] = exported.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(span?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
      [
        'tollgate.policy.warning',
        [
          { key: 'tollgate.policy.name', value: { stringValue: 'test-budget' } },
          { key: 'tollgate.policy.message', value: { stringValue: 'the test says warn' } },
        ],
      ],
    ]);
  });

  it('that comes too late reserves nothing for long: what it reserved is released', async () => {
    await harness.run('gateCases.cjs', { ...environment, ONLY: 'slow,late' });
    expect(harness.spanOf('m-slow').attributes['tollgate.reservation.id']).toBeUndefined();
    expect(harness.policy.settled.map(({ body }) => body)).toEqual([{ released: true }]);
  });

  it('that does not come, with TOLLGATE_POLICY_ON_ERROR=deny, is a refusal', async () => {
    const seen = await harness.run('gateCases.cjs', {
      ...environment,
      ONLY: 'slow,broken,allow',
      TOLLGATE_POLICY_ON_ERROR: 'deny',
    });
    expect(values(seen)).toEqual({ slow: denied, broken: denied, allow: 'm-allow' });
    expect(sentModels()).toEqual(['m-allow']);
  });
});

describe('a decision in shadow mode', () => {
  it('is written on the span and changes nothing', async () => {
    const seen = await harness.run('gateCases.cjs', {
      ...environment,
      TOLLGATE_POLICY_MODE: 'shadow',
      TOLLGATE_POLICY_ON_ERROR: 'deny',
      TOLLGATE_POLICY_APPROVAL_WAIT_MS: '30000',
    });
    expect(values(seen)).toEqual({
      warn: 'm-warn',
      deny: 'no error',
      modify: 'm-modify',
      modifyModel: 'm-modifyModel',
      approval: 'no error',
      slow: 'no error',
      broken: 'no error',
      allow: 'm-allow',
    });
    const limits = harness.provider.requests.map(({ body }) => (body as { max_tokens?: number }).max_tokens);
    expect(limits).toEqual([undefined, undefined, 100, 100, undefined, undefined, undefined, undefined]);
    expect(harness.spanOf('m-deny').attributes).toMatchObject({
      'tollgate.policy.effect': 'deny',
      'tollgate.policy.mode': 'shadow',
    });
    // It holds for the smaller model: what it was made for is not what is called.
    expect(harness.spanOf('m-modifyModel').attributes['tollgate.reservation.id']).toBeUndefined();
    expect(harness.spanOf('m-modify').attributes['tollgate.reservation.id']).toBeTypeOf('string');
  });
});

describe('a decision that waits for a person', () => {
  const waiting = { ...environment, ONLY: 'approval', TOLLGATE_POLICY_APPROVAL_WAIT_MS: '3000' };

  it('lets the call go on when it is approved, with what was granted', async () => {
    harness.policy.approveWith(() =>
      harness.policy.waits.length < 2
        ? { effect: 'require_approval' }
        : { effect: 'modify', modify: { model: null, max_output_tokens: 40 } },
    );
    expect(values(await harness.run('gateCases.cjs', waiting))).toEqual({ approval: 'no error' });
    expect(harness.policy.waits[0]).toMatch(/^[0-9a-f-]{36}\?wait=[23]$/);
    expect(harness.provider.requests.map(({ body }) => (body as { max_tokens?: number }).max_tokens)).toEqual([40]);
    expect(harness.spanOf('m-approval').attributes['tollgate.reservation.id']).toBe(harness.policy.settled[0]?.id);
  });

  it('denies the call when it is refused', async () => {
    harness.policy.approveWith(() => ({ effect: 'deny', reasons: [reasonOf('deny')] }));
    expect(values(await harness.run('gateCases.cjs', waiting))).toEqual({ approval: denied });
    expect(harness.provider.requests).toEqual([]);
  });

  it('denies the call after the time it may wait, and is ended', async () => {
    const seen = await harness.run('gateCases.cjs', { ...waiting, TOLLGATE_POLICY_APPROVAL_WAIT_MS: '1200' });
    expect(values(seen)).toEqual({ approval: ['PolicyDeniedError', true, 'require_approval'] });
    expect(harness.provider.requests).toEqual([]);
    expect(harness.policy.settled.map(({ body }) => body)).toEqual([{ released: true }]);
  });
});
