import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateHarness } from './gateHarness.ts';
import type { GateHarness, Seen } from './gateHarness.ts';

/** What each case is granted; the name of the case is in its model. */
const granted: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  chatMaxTokens: { max_output_tokens: 40 },
  chatMaxCompletionTokens: { max_output_tokens: 40 },
  chatNone: { max_output_tokens: 40 },
  chatLess: { max_output_tokens: 40 },
  chatModel: { model: 'smaller-chat' },
  chatReasoningModel: { model: 'gpt-5-nano' },
  chatStream: { model: 'smaller-stream', max_output_tokens: 40 },
  responses: { max_output_tokens: 40 },
  completions: { max_output_tokens: 40 },
  embeddings: { model: 'smaller-embeddings' },
  claude: { model: 'smaller-claude', max_output_tokens: 40 },
  claudeThinking: { max_output_tokens: 1_500 },
  claudeNoThinking: { max_output_tokens: 1_000 },
  claudeHelper: { max_output_tokens: 40 },
  azureDeployment: { model: 'another' },
};

describe('a modified call', () => {
  let harness: GateHarness;
  let seen: Readonly<Record<string, Seen>>;

  beforeAll(async () => {
    harness = await startGateHarness();
    harness.policy.answerWith(({ call }) => ({
      effect: 'modify',
      modify: granted[String(call?.['model']).replace('m-', '')],
    }));
    seen = await harness.run('gateCases.cjs', { GROUP: 'modify' });
  });

  afterAll(() => harness[Symbol.asyncDispose]());

  /** The limits and the model that a case was sent with. */
  const sent = (model: string): Record<string, unknown> => {
    const bodies = harness.provider.requests.map(({ body }) => body as Record<string, unknown>);
    const found = bodies.filter((body) => body['model'] === model);
    expect({ model, requests: found.length }).toEqual({ model, requests: 1 });
    const names = ['model', 'max_tokens', 'max_completion_tokens', 'max_output_tokens', 'thinking'];
    return Object.fromEntries(
      names.flatMap((name) => (found[0]?.[name] === undefined ? [] : [[name, found[0][name]]])),
    );
  };

  it('is sent with what was granted, by the parameter its API has', () => {
    expect(sent('m-chatMaxTokens')).toEqual({ model: 'm-chatMaxTokens', max_tokens: 40 });
    expect(sent('m-chatMaxCompletionTokens')).toEqual({
      model: 'm-chatMaxCompletionTokens',
      max_completion_tokens: 40,
    });
    expect(sent('m-chatNone')).toEqual({ model: 'm-chatNone', max_tokens: 40 });
    expect(sent('m-responses')).toEqual({ model: 'm-responses', max_output_tokens: 40 });
    expect(sent('m-completions')).toEqual({ model: 'm-completions', max_tokens: 40 });
    expect(sent('smaller-embeddings')).toEqual({ model: 'smaller-embeddings' });
    expect(sent('smaller-claude')).toEqual({ model: 'smaller-claude', max_tokens: 40 });
    expect(sent('m-claudeHelper')).toEqual({ model: 'm-claudeHelper', max_tokens: 40 });
    expect(sent('smaller-stream')).toEqual({ model: 'smaller-stream', max_tokens: 40 });
  });

  it("keeps the caller's limit where that is less, and where only the model changes", () => {
    expect(sent('m-chatLess')).toEqual({ model: 'm-chatLess', max_tokens: 10 });
    expect(sent('smaller-chat')).toEqual({ model: 'smaller-chat', max_tokens: 100 });
    // This family of models refuses max_tokens.
    expect(sent('gpt-5-nano')).toEqual({ model: 'gpt-5-nano', max_completion_tokens: 100 });
  });

  it('leaves thinking less than the limit, and none where that is less than its minimum of 1,024', () => {
    expect(sent('m-claudeThinking')).toEqual({
      model: 'm-claudeThinking',
      max_tokens: 1_500,
      thinking: { type: 'enabled', budget_tokens: 1_499 },
    });
    expect(sent('m-claudeNoThinking')).toEqual({
      model: 'm-claudeNoThinking',
      max_tokens: 1_000,
      thinking: { type: 'disabled' },
    });
  });

  it("leaves the caller's objects as they are: all of them are frozen", () => {
    expect(Object.entries(seen).filter(([, { error }]) => error !== undefined)).toEqual([]);
  });

  it('has the granted model on its span', () => {
    expect(harness.spanOf('smaller-claude')).toMatchObject({
      name: 'chat smaller-claude',
      attributes: { 'tollgate.policy.effect': 'modify', 'gen_ai.response.model': 'smaller-claude' },
    });
  });

  it('is denied, and its reservation released, where the client fixes its deployment', () => {
    expect(seen['azureDeployment']?.value).toEqual(['PolicyDeniedError', true, 'deny']);
    expect(harness.provider.requests.filter(({ path }) => path.includes('deployments'))).toEqual([]);
    const released = harness.policy.settled.filter(({ body }) => 'released' in (body as object));
    expect(released).toHaveLength(1);
  });
});
