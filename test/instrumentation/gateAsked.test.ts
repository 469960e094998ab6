import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateHarness } from './gateHarness.ts';
import type { GateHarness } from './gateHarness.ts';
import type { AskedBody } from './policyServer.ts';

describe('the question about a call', () => {
  let harness: GateHarness;

  beforeAll(async () => {
    harness = await startGateHarness();
    await harness.run('gateCases.cjs', {
      GROUP: 'asked',
      TOLLGATE_API_KEY: 'tg_key',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
    });
  });

  afterAll(() => harness[Symbol.asyncDispose]());

  const asked = (name: string): AskedBody => {
    const found = harness.policy.asked.filter(({ call }) => call?.['model'] === `m-${name}`);
    expect({ name, asked: found.length }).toEqual({ name, asked: 1 });
    return found[0] as AskedBody;
  };

  it('has whom it belongs to, as its span has it, and the key of the application', () => {
    const { subject, call, idempotency_key, ttl_seconds } = asked('subject');
    expect(subject).toEqual({
      agent: 'a1',
      user: 'u1',
      session: 's1',
      service: 'app-under-test',
      environment: 'staging',
      tags: { feature: 'faq' },
    });
    const { traceId, resource } = harness.spanOf('m-subject');
    expect(resource).toMatchObject({ 'service.name': 'app-under-test', 'deployment.environment.name': 'staging' });
    expect(call).toEqual({
      provider: 'openai',
      model: 'm-subject',
      operation: 'chat',
      // one two three
      input_bytes: 13,
      messages: 1,
      tools: 0,
      images: 0,
      input_bounded: true,
      can_limit_output: true,
      n: 1,
      web_searches: 0,
      trace_id: traceId,
      run_id: 'r1',
    });
    expect(idempotency_key).toMatch(/^[0-9a-f-]{36}$/);
    expect(ttl_seconds).toBe(120);
    expect(new Set(harness.policy.authorizations)).toEqual(new Set(['Bearer tg_key']));
  });

  it('has the bytes of all text, and images by their number', () => {
    // "grüße" has 7 bytes in UTF-8, "abc" 3; the image's 9,000 characters are no text.
    expect(asked('parts').call).toMatchObject({
      input_bytes: 10,
      messages: 2,
      images: 1,
      n: 2,
      max_output_tokens: 50,
      service_tier: 'flex',
      search_context_size: 'low',
      web_searches: 1,
    });
  });

  it('has the region and the speed asked for', () => {
    expect(asked('cached').call).toMatchObject({ inference_geo: 'us', speed: 'fast' });
  });

  it('has the cache writes asked for, the tools and the most searches they may make', () => {
    const tool = JSON.stringify([{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }]);
    expect(asked('cached').call).toMatchObject({
      provider: 'anthropic',
      cache_write: '1h',
      tools: 1,
      web_searches: 3,
      // "abcd", "one two three" and the tool as JSON.
      input_bytes: 4 + 13 + tool.length,
      // The message and the block of the system prompt.
      messages: 2,
    });
  });

  it('says where the provider reads more than is sent', () => {
    expect(asked('document').call).toMatchObject({ input_bounded: false, cache_write: 'none' });
    expect(asked('remembered').call).toMatchObject({ input_bounded: false });
  });
});
