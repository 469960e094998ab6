import { afterAll, beforeAll, expect, it } from 'vitest';
import { withAgent, withAttribution } from '../../instrumentation/index.ts';
import { passThrough } from '../../instrumentation/fetch/fetchCall.ts';
import { startTracing } from './tracing.ts';
import type { Tracing } from './tracing.ts';

let tracing: Tracing;

beforeAll(() => {
  tracing = startTracing();
});
afterAll(() => tracing.stop());

const answer = {
  id: 'msg_1',
  model: 'claude-sonnet-4-6',
  stop_reason: 'end_turn',
  usage: {
    input_tokens: 12,
    output_tokens: 9,
    service_tier: 'priority',
    iterations: [
      { type: 'message', input_tokens: 12, output_tokens: 9 },
      { type: 'advisor_message', model: 'claude-opus-4-8', input_tokens: 800, output_tokens: 531 },
    ],
  },
};

it('a model that another one asked has a span beside, with prices, agent and user to go by, and no id', async () => {
  const body = JSON.stringify({
    model: 'claude-sonnet-4-6',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'a' }],
  });
  const args = ['https://api.anthropic.com/v1/messages', { method: 'POST', body }];
  const headers = { 'content-type': 'application/json' };
  await withAttribution({ user: 'u1', tags: { team: 'a' } }, () =>
    withAgent('planner', { run: 'r1' }, async () => {
      const response = await passThrough(
        () => Promise.resolve(new Response(JSON.stringify(answer), { headers })),
        args,
      );
      await (response as Response).json();
    }),
  );
  expect(tracing.names()).toEqual(['chat claude-opus-4-8', 'chat claude-sonnet-4-6', 'invoke_agent planner']);
  expect(tracing.parentOf('chat claude-opus-4-8')).toBe(tracing.parentOf('chat claude-sonnet-4-6'));
  expect(tracing.attributesOf('chat claude-opus-4-8')).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'server.address': 'api.anthropic.com',
    'server.port': 443,
    'gen_ai.request.model': 'claude-opus-4-8',
    'gen_ai.response.model': 'claude-opus-4-8',
    'gen_ai.usage.input_tokens': 800,
    'gen_ai.usage.output_tokens': 531,
    'tollgate.usage.source': 'provider',
    'anthropic.response.service_tier': 'priority',
    'gen_ai.agent.name': 'planner',
    'user.id': 'u1',
    'tollgate.run.id': 'r1',
    'tollgate.tag.team': 'a',
  });
  expect(tracing.attributesOf('chat claude-sonnet-4-6')).toMatchObject({ 'gen_ai.usage.output_tokens': 9 });
});
