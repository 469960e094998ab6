import { beforeAll, describe, expect, it } from 'vitest';
import { startPolicyServer } from '../instrumentation/policyServer.ts';
import type { Answer, PolicyServer } from '../instrumentation/policyServer.ts';
import { bedrockStandIn } from './provider/bedrockStandIn.ts';
import { preload, runClient } from './support/clientRun.ts';
import type { ClientRun, Seen } from './support/clientRun.ts';
import { ofModel, requestsOf } from './support/expectation.ts';

const limit = (tokens: number): Answer => ({
  effect: 'modify',
  modify: { max_output_tokens: tokens },
});

/** By the model asked for, and how often it was asked for. */
const answers: Readonly<Record<string, (count: number) => Answer>> = {
  'm-limit': () => limit(1_500),
  'm-limitStream': () => limit(2),
  'm-model': () => ({ effect: 'modify', modify: { model: 'm-granted' } }),
  'm-limitInvoke': () => limit(5),
  'm-modelInvoke': () => ({ effect: 'modify', modify: { model: 'anthropic.claude-haiku' } }),
  'm-limitNoObject': () => limit(5),
  'm-stop': () => ({ stop_streams: true }),
  'm-again': (count) => ({ decision_id: `again-${count}` }),
  'm-againDenied': (count) => (count === 1 ? {} : { effect: 'deny' }),
  'm-againChanged': (count) => (count === 1 ? {} : limit(5)),
  'm-waits': () => ({ effect: 'require_approval' }),
};

const app = {
  set: 'bedrock',
  client: 'bedrockGate',
  packages: ['@aws-sdk/client-bedrock-runtime'],
  startStandIn: bedrockStandIn,
} as const;

let run: ClientRun;
let asked: PolicyServer['asked'];
let settled: PolicyServer['settled'];

beforeAll(async () => {
  const policy = await startPolicyServer();
  const counts = new Map<string, number>();
  policy.answerWith(({ call }) => {
    const model = String(call?.['model']);
    const count = (counts.get(model) ?? 0) + 1;
    counts.set(model, count);
    return answers[model]?.(count) ?? {};
  });
  try {
    run = await runClient(app, 'cjs', { ...preload, policy });
    ({ asked, settled } = policy);
  } finally {
    await policy.close();
  }
});

const sent = (model: string): readonly unknown[] => requestsOf(run.requests, model).map(({ body }) => body);
const seen = (name: string): Seen => run.seen[name] ?? { unhandled: [] };
const askedOf = (model: string): PolicyServer['asked'] => asked.filter(({ call }) => call?.['model'] === model);

describe('A policy limits a Bedrock call', () => {
  it('by inferenceConfig, with the thinking budget below it, and leaves the command as the application made it', () => {
    expect(sent('m-limit')).toEqual([
      expect.objectContaining({
        inferenceConfig: { maxTokens: 1_500 },
        additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 1_499 } },
      }),
    ]);
    expect(seen('limit').value).toEqual([
      { inputTokens: 3, outputTokens: 16, totalTokens: 19 },
      {
        modelId: 'm-limit',
        messages: [{ role: 'user', content: [{ text: 'one two three' }] }],
        additionalModelRequestFields: { thinking: { type: 'enabled', budget_tokens: 2_000 } },
      },
    ]);
  });

  it('that is streamed', () => {
    expect(seen('limitStream').value).toEqual([
      'messageStart',
      'word1',
      ' word2',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ]);
  });

  it('by the parameter of the model whose body InvokeModel sends', () => {
    expect(sent('m-limitInvoke')).toEqual([{ anthropic_version: 'bedrock-2023-05-31', max_tokens: 5, messages: [] }]);
    expect(seen('limitInvoke').value).toBe(5);
  });

  it('not where the body is no JSON object: then it is denied', () => {
    expect(sent('m-limitNoObject')).toEqual([]);
    expect(seen('limitNoObject').error).toMatchObject({ name: 'PolicyDeniedError', status: 403 });
    expect(askedOf('m-limitNoObject').map(({ call }) => call)).toEqual([
      expect.objectContaining({ input_bounded: false, can_limit_output: false }),
    ]);
  });
});

describe('A policy grants another model', () => {
  it('for Converse, in the address alone', () => {
    expect(requestsOf(run.requests, 'm-granted').map(({ path, body }) => [path, body])).toEqual([
      [
        '/model/m-granted/converse',
        { messages: [{ role: 'user', content: [{ text: 'one two three' }] }], inferenceConfig: { temperature: 0 } },
      ],
    ]);
    expect(sent('m-model')).toEqual([]);
    expect(ofModel(run.spans, 'm-granted').map(({ name }) => name)).toEqual(['chat m-granted']);
  });

  it('not for a body that is another vendor’s: then it is denied, and its reservation given back', () => {
    expect(requestsOf(run.requests, 'anthropic.claude-haiku')).toEqual([]);
    expect(seen('modelInvoke').error).toMatchObject({
      name: 'PolicyDeniedError',
      message: expect.stringContaining('a body for m-modelInvoke is none for anthropic.claude-haiku') as string,
    });
    expect(settled.filter(({ body }) => JSON.stringify(body) === '{"released":true}').length).toBeGreaterThanOrEqual(1);
  });
});

describe('A stream beyond its grant', () => {
  it('ends with PolicyDeniedError, and its connection is closed', () => {
    const [texts, name, message] = seen('stop').value as [string[], string, string];
    expect([name, message]).toEqual(['PolicyDeniedError', expect.stringContaining('passed the 2 output tokens')]);
    // The third piece is one too many: 5 + 6 + 6 bytes at 8 a token are more than 2, too.
    expect(texts).toEqual(['messageStart', 'word1', ' word2']);
    expect(requestsOf(run.requests, 'm-stop').map(({ status }) => status)).toEqual([null]);
  });
});

describe('A retry', () => {
  it('after an attempt that may be on the bill has a reservation of its own', () => {
    expect(askedOf('m-again')).toHaveLength(2);
    const ids = ofModel(run.spans, 'm-again').map(({ attributes }) => attributes['tollgate.reservation.id']);
    expect(ids).toEqual(['again-2']);
    expect(settled.filter(({ id }) => id.startsWith('again-'))).toEqual([
      { id: 'again-2', body: expect.objectContaining({ final: true }) as unknown },
    ]);
  });

  it('is refused where there is no money for both', () => {
    expect([sent('m-againDenied').length, seen('againDenied').error]).toEqual([
      1,
      expect.objectContaining({ name: 'PolicyDeniedError' }),
    ]);
  });

  it('is refused where the grant would change it: it is signed already', () => {
    expect([sent('m-againChanged').length, seen('againChanged').error]).toEqual([
      1,
      expect.objectContaining({ message: expect.stringContaining('a retry is signed already') as string }),
    ]);
  });

  it('after an HTTP error goes on with the same reservation', () => {
    expect([askedOf('m-refusedThenGood').length, sent('m-refusedThenGood').length]).toEqual([1, 2]);
  });
});

it('Aborting the signal of a call that waits for an approval ends the wait, and nothing is sent', () => {
  expect([sent('m-waits'), seen('waits').error]).toEqual([[], expect.objectContaining({ name: 'AbortError' })]);
});
