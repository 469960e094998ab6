import { describe, expect, it } from 'vitest';
import type { LlmCall } from '../../src/call.ts';
import { readLog } from '../../src/dialects/logs/readLog.ts';
import {
  claudeRequest,
  codexCompleted,
  geminiResponse,
  qwenResponse,
  toReceived,
  WRITTEN_UNIX_NANO,
  type Changes,
  type WrittenLog,
} from '../support/logRecords.ts';
import { buckets } from './spans.ts';

function callOf(log: WrittenLog): LlmCall {
  const call = readLog(toReceived(log));
  if (call === null) throw new Error(`expected a call, found none in ${log.body}`);
  return call;
}
const isCall = (log: WrittenLog): boolean => readLog(toReceived(log)) !== null;

describe("a request of Claude Code's", () => {
  it('is a call whose input leaves the cache out, numbers as text and all', () => {
    const call = callOf(claudeRequest());
    // 10 uncached beside 20058 read and 3485 written, which live 5 minutes where nobody says
    expect(buckets(call)).toEqual([10, 20_058, 3_485, null, 39, null]);
    expect(call).toMatchObject({
      name: 'claude_code.api_request',
      role: 'call',
      operation: 'chat',
      kind: 3,
      status: 'ok',
      dialect: 'claude-code',
      scope: 'com.anthropic.claude_code.events',
      isEmitterKnown: true,
      provider: 'anthropic',
      model: 'claude-haiku-4-5-20251001',
      requestId: 'req_011CVHjYzQ8mJz5W2qk9nLrT',
      responseId: null,
      cacheSemantics: 'exclusive:scope',
      usageSource: 'provider',
      lossy: false,
      usageFault: null,
      serviceTier: null,
      // 0.0065673 USD × 1e15, kept beside the price
      reportedCostFemtoUsd: 6_567_300_000_000n,
      service: 'claude-code',
      own: { user: 'account-ann', session: 'claude-session', agent: null, run: null },
    });
  });

  it('ends when it was written and began its duration before', () => {
    const call = callOf(claudeRequest());
    expect(call.durationNano).toBe(1_032_000_000n);
    expect(call.startUnixNano).toBe(WRITTEN_UNIX_NANO - 1_032_000_000n);
  });

  it.each<[string, Changes]>([
    ['in the attribute, in full', { body: '', attributes: { 'event.name': 'claude_code.api_request' } }],
    ['in the field', { body: 'other', eventName: 'claude_code.api_request', attributes: { 'event.name': '' } }],
    ['in the body alone', { scope: '', attributes: { 'event.name': '' } }],
    ['shortly, in its scope', { body: '' }],
  ])('is known by its name %s', (_where, changes) => {
    expect(callOf(claudeRequest(changes)).name).toBe('claude_code.api_request');
  });

  it('is not taken from another scope by the short name, which is anybody’s', () => {
    expect(isCall(claudeRequest({ scope: 'com.anthropic.claude_coder', body: '' }))).toBe(false);
    expect(isCall(claudeRequest({ scope: 'gateway', body: 'request' }))).toBe(false);
  });

  it('belongs to the account, else the address, else the installation; a subagent by its name, else its id', () => {
    const own = (attributes: Changes['attributes']) => callOf(claudeRequest(attributes ? { attributes } : {})).own;
    expect(own({ 'user.account_uuid': '' }).user).toBe('ann@example.com');
    expect(own({ 'user.account_uuid': '', 'user.email': '' }).user).toBe('hash-of-the-installation');
    expect(own({ 'agent.name': 'reviewer', agent_id: 'a-7' })).toMatchObject({ agent: 'reviewer', agentId: 'a-7' });
    expect(own({ agent_id: 'a-7' })).toMatchObject({ agent: 'a-7', agentId: 'a-7' });
  });

  it.each([
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws.bedrock'],
    ['arn:aws:bedrock:eu-west-1:1:inference-profile/x', 'aws.bedrock'],
    ['claude-sonnet-4-5@20250929', 'gcp.vertex_ai'],
    ['claude-sonnet-4-5', 'anthropic'],
  ])('for %s went to %s', (model, provider) => {
    expect(callOf(claudeRequest({ attributes: { model } })).provider).toBe(provider);
  });

  it('keeps its speed, as the fast one has another price', () => {
    const { serviceTier, priceFacts } = callOf(claudeRequest({ attributes: { speed: 'fast' } }));
    expect(serviceTier).toBeNull();
    expect(priceFacts).toEqual({ inferenceGeo: null, speed: 'fast', searchContextSize: null });
  });

  it('that was given up is a failed call without usage', () => {
    const { name, status, httpStatus, usage, lossy } = callOf({
      ...claudeRequest(),
      body: 'claude_code.api_error',
      attributes: { 'event.name': 'api_error', model: 'claude-haiku-4-5', status_code: '529', error: 'overloaded' },
    });
    expect([name, status, httpStatus, lossy]).toEqual(['claude_code.api_error', 'error', '529', false]);
    expect(buckets({ usage })).toEqual([null, null, null, null, null, null]);
  });

  it('counts as nothing else that Claude Code writes', () => {
    for (const name of ['user_prompt', 'tool_result', 'api_refusal', 'api_request_body', 'assistant_response']) {
      expect(isCall(claudeRequest({ body: `claude_code.${name}`, attributes: { 'event.name': name } }))).toBe(false);
    }
  });
});

describe('the end of a stream of Codex', () => {
  it('is a call whose input includes the cache and whose output includes reasoning', () => {
    const call = callOf(codexCompleted());
    // 12000 − 8000 uncached; tool_token_count 12900 = 12000 + 900 is not added
    expect(buckets(call)).toEqual([4_000, 8_000, null, null, 900, 640]);
    expect(call).toMatchObject({
      name: 'codex.sse_event',
      dialect: 'codex',
      provider: 'openai',
      model: 'gpt-5.1-codex',
      cacheSemantics: 'inclusive:scope',
      lossy: false,
      durationNano: 0n,
      // 125 ms after noon, by event.timestamp
      startUnixNano: WRITTEN_UNIX_NANO + 125_000_000n,
      own: { user: 'bob@example.com', session: 'codex-conversation' },
    });
  });

  it('takes cache writes out of the input too', () => {
    const call = callOf(codexCompleted({ attributes: { cache_write_token_count: 1_000 } }));
    // 12000 − 8000 − 1000
    expect(buckets(call)).toEqual([3_000, 8_000, 1_000, null, 900, 640]);
  });

  it('is one record only: that without counts, and all pieces before it, are none', () => {
    const { attributes, ...log } = codexCompleted();
    const withoutCounts = Object.fromEntries(Object.entries(attributes).filter(([key]) => !key.endsWith('_count')));
    expect(isCall({ ...log, attributes: { ...withoutCounts, duration_ms: '12' } })).toBe(false);
    expect(isCall(codexCompleted({ attributes: { 'event.kind': 'response.output_text.delta' } }))).toBe(false);
    expect(isCall(codexCompleted({ attributes: { 'event.name': 'codex.websocket_event' } }))).toBe(false);
    const failed = callOf({ ...log, attributes: { ...withoutCounts, 'error.message': 'stream closed' } });
    expect([failed.status, buckets(failed)]).toEqual(['error', [null, null, null, null, null, null]]);
  });
});

describe('a response of Gemini CLI', () => {
  it('is a call whose thoughts are added to the output', () => {
    const call = callOf(geminiResponse());
    // 12000 − 8000 uncached; 350 + 420 = 770, and 12000 + 770 is the total
    expect(buckets(call)).toEqual([4_000, 8_000, null, null, 770, 420]);
    expect(call).toMatchObject({
      name: 'gemini_cli.api_response',
      dialect: 'gemini-cli',
      provider: 'gcp.gemini',
      durationNano: 4_500_000_000n,
      startUnixNano: WRITTEN_UNIX_NANO - 4_500_000_000n,
      lossy: false,
      own: { user: 'eve@example.com', session: 'gemini-session' },
    });
    expect(callOf(geminiResponse({ attributes: { auth_type: 'vertex-ai' } })).provider).toBe('gcp.vertex_ai');
  });

  it('has tool prompts as input beside, unless the total proves that they are inside', () => {
    const withTools = (total: number) =>
      callOf(geminiResponse({ attributes: { tool_token_count: 30, total_token_count: total } }));
    // 12000 + 30 − 8000; 12000 + 350 + 420 + 30 = 12800
    expect(buckets(withTools(12_800))).toEqual([4_030, 8_000, null, null, 770, 420]);
    // 12000 + 350 + 420 = 12770 leaves no room for them
    expect(buckets(withTools(12_770))).toEqual([4_000, 8_000, null, null, 770, 420]);
  });

  it('without a count of thoughts has lost them', () => {
    const { attributes, ...log } = geminiResponse();
    const { thoughts_token_count: _thoughts, total_token_count: _total, ...rest } = attributes;
    expect(callOf({ ...log, attributes: rest }).lossy).toBe(true);
  });

  it('is not counted again by the record beside it, and is a failed call where it is an error', () => {
    expect(isCall(geminiResponse({ attributes: { 'event.name': 'gen_ai.client.inference.operation.details' } }))).toBe(
      false,
    );
    const error = {
      'event.name': 'gemini_cli.api_error',
      model: 'gemini-2.5-pro',
      status_code: 429,
      error_type: 'quota',
    };
    const { status, httpStatus, errorType } = callOf({ ...geminiResponse(), attributes: error });
    expect([status, httpStatus, errorType]).toEqual(['error', '429', 'quota']);
  });
});

describe('a response of Qwen Code', () => {
  it('keeps thoughts inside the output where the total says so, and leaves the provider to the model’s name', () => {
    const call = callOf(qwenResponse());
    // 13472 + 101 is the total 13573
    expect(buckets(call)).toEqual([13_472, 0, null, null, 101, 24]);
    expect(call).toMatchObject({ dialect: 'gemini-cli', provider: null, responseId: 'chatcmpl-3f6a' });
    expect(callOf(qwenResponse({ attributes: { auth_type: 'gemini' } })).provider).toBe('gcp.gemini');
  });
});
