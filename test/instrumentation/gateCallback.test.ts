import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateHarness } from './gateHarness.ts';
import type { GateHarness, Seen } from './gateHarness.ts';
import type { PolicyQuestion } from '../../instrumentation/index.ts';

let harness: GateHarness;

beforeAll(async () => {
  harness = await startGateHarness();
  harness.policy.answerWith(({ call, idempotency_key }) =>
    call?.['model'] === 'm-denied' ? { effect: 'deny' } : { decision_id: idempotency_key },
  );
});

afterAll(() => harness[Symbol.asyncDispose]());

const environment = { GROUP: 'callback', TOLLGATE_POLICY_TIMEOUT_MS: '2000' };
const values = (seen: Readonly<Record<string, Seen>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(seen).map(([name, { value, error }]) => [name, value ?? error]));
const requests = (): unknown[] =>
  harness.provider.requests.map(({ body }) => {
    const { model, max_tokens } = body as { model: string; max_tokens?: number };
    return [model, max_tokens];
  });
const denied = ['PolicyDeniedError', true, 'deny'];

describe('a callback of the application', () => {
  let seen: Readonly<Record<string, Seen>>;

  beforeAll(async () => {
    seen = await harness.run('gateCases.cjs', environment);
  });

  it('is as strict as it likes, and never milder than Tollgate', () => {
    const { questions: _questions, ...rest } = values(seen);
    expect(rest).toEqual({
      allow: 'm-allow',
      deny: denied,
      modify: 'm-modify',
      modifyModel: 'smaller',
      // Nobody can approve what only the callback wants approved.
      approval: ['PolicyDeniedError', true, 'require_approval'],
      throws: 'no error',
      hangs: 'no error',
      nonsense: 'no error',
      denied,
    });
    expect(requests()).toEqual([
      ['m-allow', undefined],
      ['m-modify', 30],
      ['smaller', 100],
      ['m-throws', undefined],
      ['m-hangs', undefined],
      ['m-nonsense', undefined],
    ]);
  });

  it('sees the call, the subject and the decision with its reasons', () => {
    const questions = seen['questions']?.value as readonly PolicyQuestion[];
    const { subject, call, decision } = questions.find((one) => one.call?.model === 'm-denied') ?? {};
    expect(subject).toMatchObject({ service: 'app-under-test', tags: {} });
    expect(call).toMatchObject({ model: 'm-denied', input_bytes: 13 });
    expect(decision).toMatchObject({ effect: 'deny', reasons: [{ policy: 'test-budget', limit_usd: '1' }] });
  });

  it('that refuses gives back what was reserved; another model needs a reservation of its own', () => {
    const models = harness.policy.asked.map(({ call }) => call?.['model']);
    expect(models.filter((model) => model === 'm-modifyModel' || model === 'smaller')).toEqual([
      'm-modifyModel',
      'smaller',
    ]);
    const keyOf = (model: string): string | undefined =>
      harness.policy.asked.find(({ call }) => call?.['model'] === model)?.idempotency_key;
    const released = harness.policy.settled.filter(({ body }) => 'released' in (body as object)).map(({ id }) => id);
    expect(new Set(released)).toEqual(new Set(['m-deny', 'm-modifyModel', 'm-approval'].map(keyOf)));
    expect(harness.spanOf('smaller').attributes['tollgate.reservation.id']).toBe(keyOf('smaller'));
  });

  it('that fails, hangs or answers nonsense is what TOLLGATE_POLICY_ON_ERROR says', async () => {
    const strict = await harness.run('gateCases.cjs', {
      ...environment,
      TOLLGATE_POLICY_ON_ERROR: 'deny',
      ONLY: 'throws,hangs,nonsense,allow',
    });
    expect(values(strict)).toEqual({ throws: denied, hangs: denied, nonsense: denied, allow: 'm-allow' });
    expect(requests()).toEqual([['m-allow', undefined]]);
  });

  it('decides alone where no Tollgate is configured', async () => {
    const alone = await harness.run('gateCases.cjs', {
      ...environment,
      TOLLGATE_POLICY_URL: '',
      ONLY: 'deny,modify,allow,questions',
    });
    const { questions, ...rest } = values(alone);
    expect(rest).toEqual({ allow: 'm-allow', deny: denied, modify: 'm-modify' });
    expect((questions as readonly PolicyQuestion[]).map(({ decision }) => decision)).toEqual([null, null, null]);
    expect(harness.policy.asked).toEqual([]);
    expect(harness.spanOf('m-deny').attributes).toMatchObject({
      'tollgate.policy.effect': 'deny',
      'tollgate.policy.names': ['callback'],
    });
  });
});
