import { describe, expect, it } from 'vitest';
import { readCall, readSkeleton, type Written } from './spans.ts';

const usage: Written = { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.output_tokens': 1 };
const operation = (name: string): Written => ({ 'gen_ai.operation.name': name, 'gen_ai.provider.name': 'openai' });

describe('what is a call, a container and neither', () => {
  it.each(['chat', 'generate_content', 'text_completion', 'embeddings', 'Chat'])(
    '%s is a call with or without usage',
    (name) => {
      expect(readCall('x', { ...operation(name), ...usage }).role).toBe('call');
      expect(readCall('x', operation(name))).toMatchObject({ role: 'call', operation: name.toLowerCase() });
    },
  );

  it.each([
    'invoke_agent',
    'invoke_workflow',
    'execute_tool',
    'retrieval',
    'create_agent',
    'plan',
    'agent_step',
    'fetch_response',
  ])('%s is a container with usage and a skeleton without', (name) => {
    expect(readCall('x', { ...operation(name), ...usage })).toMatchObject({
      role: 'container',
      containerRule: `gen_ai.operation.name=${name}`,
    });
    expect(readSkeleton('x', operation(name)).operation).toBe(name);
  });

  it('takes invoke_agent with usage for a container whether the agent is local or remote', () => {
    for (const kind of [1, 3] as const) {
      expect(readCall('x', { ...operation('invoke_agent'), ...usage }, { kind }).role).toBe('container');
    }
  });

  it('takes an operation nobody knows for a call only with usage', () => {
    expect(readCall('x', { ...operation('dream'), ...usage })).toMatchObject({ role: 'call', operation: 'dream' });
    expect(readSkeleton('x', { ...operation('dream'), 'gen_ai.request.model': 'm' }).operation).toBe('dream');
  });

  it.each([
    ['gen_ai.aggregated_usage', { 'gen_ai.aggregated_usage.input_tokens': 9 }],
    ['langfuse.observation.type', { 'langfuse.observation.type': 'span' }],
    ['langsmith.span.kind', { 'langsmith.span.kind': 'chain' }],
  ])('takes a chat marked by %s for a container', (rule, mark) => {
    expect(readCall('x', { ...operation('chat'), ...usage, ...mark })).toMatchObject({
      role: 'container',
      containerRule: rule,
    });
  });

  it('takes the paid kinds of Langfuse and LangSmith for calls', () => {
    const marks = { 'langfuse.observation.type': 'generation', 'langsmith.span.kind': 'llm' };
    expect(readCall('x', { ...operation('chat'), ...usage, ...marks }).role).toBe('call');
  });

  it("takes LiteLLM's copy of the provider's request for a container", () => {
    const written = { ...operation('chat'), ...usage };
    expect(readCall('litellm', written, { name: 'raw_gen_ai_request' }).role).toBe('container');
    expect(readCall('litellm', written, { name: 'litellm_request' }).role).toBe('call');
  });

  it('keeps every other span as a skeleton', () => {
    const http = { 'http.route': '/chat/:id', 'user.id': 'u1', 'error.type': '500' };
    expect(
      readSkeleton('@opentelemetry/instrumentation-http', http, { kind: 2, name: 'POST /chat/:id', status: 'error' }),
    ).toMatchObject({
      name: 'POST /chat/:id',
      kind: 2,
      status: 'error',
      operation: null,
      own: { endpoint: '/chat/:id', user: 'u1', agent: null },
    });
    expect(readSkeleton('ai', {}).operation).toBe(null);
  });
});
