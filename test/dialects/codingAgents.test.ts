// Spans of coding agents; their log records are read elsewhere. Hand-written after Claude Code 2.1, Codex 0.1xx, Gemini CLI 0.61.
import { describe, expect, it } from 'vitest';
import { buckets, readCall, readSkeleton, type Written } from './spans.ts';

const SCOPE = 'com.anthropic.claude_code.tracing';
const request: Written = {
  'span.type': 'llm_request',
  'session.id': 's1',
  'user.id': 'installation-hash',
  'user.account_uuid': 'u1',
  'user.email': 'u1@example.com',
  model: 'claude-opus-4-7',
  'gen_ai.system': 'anthropic',
  'gen_ai.request.model': 'claude-opus-4-7',
  input_tokens: 2,
  output_tokens: 1200,
  cache_read_tokens: 84_562,
  cache_creation_tokens: '7096',
  request_id: 'req_011',
  agent_id: 'a7',
};
const named = { name: 'claude_code.llm_request', kind: 1 } as const;

describe('Claude Code', () => {
  it('writes disjoint counts under plain names: 2 beside 84562 read and 7096 written', () => {
    const call = readCall(SCOPE, request, named);
    expect(buckets(call)).toEqual([2, 84_562, 7096, null, 1200, null]);
    expect(call).toMatchObject({
      dialect: 'claude-code',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-opus-4-7',
      requestId: 'req_011',
      cacheSemantics: 'exclusive:scope',
      isEmitterKnown: true,
      own: { user: 'u1', session: 's1', agent: 'a7', agentId: 'a7' },
    });
  });

  it('is exclusive also where the numbers could be either: 90000 stays 90000', () => {
    expect(buckets(readCall(SCOPE, { ...request, input_tokens: 90_000 }, named))[0]).toBe(90_000);
  });

  it('is known by the name of its spans under any scope, and names the model in plain where it names it nowhere else', () => {
    const { 'gen_ai.system': _, 'gen_ai.request.model': __, ...older } = request;
    expect(readCall('tracer', older, named)).toMatchObject({ provider: 'anthropic', model: 'claude-opus-4-7' });
  });

  it('keeps a failed request without usage as a call, and turns and tools as skeletons', () => {
    const failed = { 'gen_ai.system': 'anthropic', 'gen_ai.request.model': 'claude-opus-4-7', success: false };
    expect(readCall(SCOPE, failed, { ...named, status: 'error' })).toMatchObject({ role: 'call', status: 'error' });
    const turn = readSkeleton(SCOPE, request, { name: 'claude_code.interaction' });
    expect(turn).toMatchObject({ operation: 'invoke_agent', own: { session: 's1', user: 'u1' } });
    expect(readSkeleton(SCOPE, request, { name: 'claude_code.tool' }).operation).toBe('execute_tool');
    expect(readSkeleton(SCOPE, request, { name: 'claude_code.hook' }).operation).toBe(null);
  });

  it('lends its plain names to nobody', () => {
    const { 'gen_ai.system': _, 'gen_ai.request.model': __, ...plain } = request;
    expect(readSkeleton('my-app', plain, { name: 'handle upload' }).own).toMatchObject({
      user: 'installation-hash',
      agent: null,
    });
    const chat = readCall('my-app', { ...plain, 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai' });
    expect(buckets(chat)).toEqual([null, null, null, null, null, null]);
    expect(chat).toMatchObject({ model: null, requestId: null });
  });
});

describe('Codex', () => {
  it('has no calls among its spans: a response without usage is a skeleton', () => {
    const written = { 'gen_ai.request.model': 'gpt-5-codex', model: 'gpt-5-codex', 'gen_ai.operation.name': 'chat' };
    for (const scope of ['codex_cli_rs', 'codex_exec', 'codex-app-server', 'codex']) {
      expect(readSkeleton(scope, written, { name: 'stream_request' }).operation).toBe('chat');
    }
    expect(readCall('codexity', written).role).toBe('call');
  });

  it('has its usage on spans too, which its log records repeat with the model: a container', () => {
    const written = {
      'gen_ai.usage.input_tokens': 1124,
      'gen_ai.usage.cache_read.input_tokens': 1024,
      'gen_ai.usage.output_tokens': 80,
    };
    const call = readCall('codex_exec', written, { name: 'handle_responses', kind: 1 });
    expect(buckets(call)).toEqual([100, 1024, null, null, 80, null]);
    expect(call).toMatchObject({ dialect: 'codex', role: 'container', containerRule: 'codex.sse_event is the call' });
  });
});

describe('Gemini CLI', () => {
  it('tells input and candidates on a span and all of the usage in a log record, which is the call', () => {
    const written = {
      'gen_ai.operation.name': 'llm_call',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.conversation.id': 's1',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 10,
    };
    const call = readCall('gemini-cli', written, { name: 'llm_call' });
    expect(buckets(call)).toEqual([100, null, null, null, 10, null]);
    expect(call).toMatchObject({
      dialect: 'gemini-cli',
      role: 'container',
      containerRule: 'gemini_cli.api_response is the call',
      cacheSemantics: 'inclusive:scope',
      own: { session: 's1' },
    });
  });
});
