import { describe, expect, it } from 'vitest';
import { buckets, readCall, readSkeleton } from './spans.ts';
import { anthropicUsage, exclusiveUsage, inner, metadata } from './vercelAiSpans.ts';

describe('Vercel AI SDK 4', () => {
  it('reads the cache from providerMetadata, beside an exclusive input', () => {
    const call = readCall('ai', {
      ...inner,
      ...exclusiveUsage,
      ...metadata({ anthropic: { cacheCreationInputTokens: 0, cacheReadInputTokens: 2048 } }),
    });
    expect(buckets(call)).toEqual([25, 2048, 0, null, 10, null]);
    expect(call).toMatchObject({
      dialect: 'vercel-ai',
      operation: 'chat',
      provider: 'anthropic',
      model: 'claude-sonnet-4-5-20250929',
      cacheSemantics: 'exclusive:scope',
      lossy: false,
      own: { agent: 'faq', user: 'u1', session: 's1', tags: { plan: 'pro' } },
    });
  });

  it('reads generateObject, whose inner span has gen_ai.usage.prompt_tokens', () => {
    const call = readCall('ai', {
      ...inner,
      'ai.operationId': 'ai.generateObject.doGenerate',
      'ai.usage.promptTokens': 25,
      'ai.usage.completionTokens': 10,
      'gen_ai.usage.prompt_tokens': 25,
      'gen_ai.usage.completion_tokens': 10,
      ...metadata({ anthropic: { cacheCreationInputTokens: null, cacheReadInputTokens: null } }),
    });
    expect(buckets(call)).toEqual([25, null, null, null, 10, null]);
    expect(call.lossy).toBe(false);
  });

  it('reads OpenAI as inclusive: 2073 - 2048 = 25, of 10 output 4 reasoning', () => {
    const call = readCall('ai', {
      ...inner,
      'ai.model.provider': 'openai.chat',
      'gen_ai.system': 'openai.chat',
      'ai.model.id': 'gpt-4o',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.response.model': 'gpt-4o-2024-08-06',
      'gen_ai.usage.input_tokens': 2073,
      'gen_ai.usage.output_tokens': 10,
      ...metadata({ openai: { cachedPromptTokens: 2048, reasoningTokens: 4 } }),
    });
    expect(buckets(call)).toEqual([25, 2048, null, null, 10, 4]);
    expect(call).toMatchObject({ provider: 'openai', cacheSemantics: 'inclusive:scope' });
  });

  it('finds the NaN of streamed OpenAI chats at fault', () => {
    const call = readCall('ai', {
      ...inner,
      'ai.operationId': 'ai.streamText.doStream',
      'gen_ai.usage.input_tokens': NaN,
    });
    expect(buckets(call)).toEqual([null, null, null, null, null, null]);
    expect(call.usageFault).toBe('gen_ai.usage.input_tokens: expected an integer from 0 to 10000000000, found NaN');
  });

  it('says lossy for Gemini, whose thoughts and cached tokens are nowhere', () => {
    const google = { ...inner, 'gen_ai.system': 'google.generative-ai', 'gen_ai.response.model': 'gemini-2.5-flash' };
    const call = readCall('ai', { ...google, 'gen_ai.usage.input_tokens': 25, 'gen_ai.usage.output_tokens': 10 });
    expect(call).toMatchObject({ provider: 'gcp.gemini', lossy: true });
  });
});

describe('Vercel AI SDK 5', () => {
  it("takes the provider's own uncached number from providerMetadata", () => {
    const call = readCall('ai', {
      ...inner,
      ...exclusiveUsage,
      'ai.request.headers.user-agent': 'ai/5.0.277',
      ...metadata({ anthropic: { usage: anthropicUsage, cacheCreationInputTokens: 0 } }),
    });
    expect(buckets(call)).toEqual([25, 2048, 0, 0, 10, null]);
    expect(call).toMatchObject({ cacheSemantics: 'exclusive:emitter', serviceTier: 'standard', lossy: false });
  });

  it('reads a stream, whose span has cachedInputTokens', () => {
    const call = readCall('ai', {
      ...inner,
      'ai.operationId': 'ai.streamText.doStream',
      'ai.usage.inputTokens': 25,
      'ai.usage.outputTokens': 10,
      'ai.usage.totalTokens': 35,
      'ai.usage.cachedInputTokens': 2048,
    });
    expect(buckets(call)).toEqual([25, 2048, null, null, 10, null]);
    expect(call).toMatchObject({ cacheSemantics: 'exclusive:scope', lossy: false });
  });

  it('splits a cache write by time to live: 400 = 300 for 5 minutes + 100 for 1 hour', () => {
    const usage = {
      ...anthropicUsage,
      cache_creation_input_tokens: 400,
      cache_creation: { ephemeral_5m_input_tokens: 300, ephemeral_1h_input_tokens: 100 },
    };
    const call = readCall('ai', { ...inner, ...exclusiveUsage, ...metadata({ anthropic: { usage } }) });
    expect(buckets(call)).toEqual([25, 2048, 300, 100, 10, null]);
  });

  it('says lossy once OpenLLMetry has deleted providerMetadata, and with it the cache reads', () => {
    const rewritten = { ...inner, ...exclusiveUsage, 'gen_ai.usage.cache_creation.input_tokens': 0 };
    expect(readCall('ai', rewritten)).toMatchObject({ cacheSemantics: 'exclusive:scope', lossy: true });
    expect(readCall('ai', { ...rewritten, 'gen_ai.usage.cache_read.input_tokens': 0 }).lossy).toBe(false);
  });

  it('says lossy for what generateText leaves out of OpenAI: its cached tokens, which streams tell', () => {
    const openai = { ...inner, 'ai.model.provider': 'openai.chat', 'gen_ai.system': 'openai.chat' };
    const chat = {
      ...openai,
      'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
      'gen_ai.usage.input_tokens': 1076,
      'gen_ai.usage.output_tokens': 70,
    };
    expect(readCall('ai', chat).lossy).toBe(true);
    expect(readCall('ai', { ...chat, 'ai.operationId': 'ai.streamText.doStream' }).lossy).toBe(false);
    expect(readCall('ai', { ...chat, ...metadata({ openai: { cachedPromptTokens: 0 } }) }).lossy).toBe(false);
    expect(readCall('ai', { ...chat, 'ai.request.headers.user-agent': 'ai/6.0.326' }).lossy).toBe(false);
  });

  it("takes Google's own usage without cached tokens for none cached, and its absence for lossy", () => {
    const google = {
      ...inner,
      'gen_ai.system': 'google.generative-ai',
      'gen_ai.response.model': 'gemini-2.0-flash',
      'gen_ai.usage.input_tokens': 25,
      'gen_ai.usage.output_tokens': 10,
    };
    const usageMetadata = { promptTokenCount: 25, candidatesTokenCount: 10, totalTokenCount: 35 };
    expect(readCall('ai', { ...google, ...metadata({ google: { usageMetadata } }) }).lossy).toBe(false);
    expect(readCall('ai', { ...google, ...metadata({ google: { safetyRatings: [] } }) }).lossy).toBe(true);
  });

  it('adds the thoughts of Gemini, which stand beside the candidates: 10 + 90 = 100', () => {
    const google = {
      ...inner,
      'gen_ai.system': 'google.generative-ai',
      'gen_ai.response.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 2073,
      'gen_ai.usage.output_tokens': 10,
    };
    const usageMetadata = {
      promptTokenCount: 2073,
      candidatesTokenCount: 10,
      thoughtsTokenCount: 90,
      totalTokenCount: 2173,
      cachedContentTokenCount: 2048,
    };
    const call = readCall('ai', { ...google, ...metadata({ google: { usageMetadata } }) });
    expect(buckets(call)).toEqual([25, 2048, null, null, 100, 90]);
    expect(call.lossy).toBe(false);
    const stream = readCall('ai', { ...google, 'ai.usage.reasoningTokens': 90, 'ai.usage.totalTokens': 2173 });
    expect(buckets(stream)).toEqual([2073, null, null, null, 100, 90]);
  });
});

describe('Vercel AI SDK 6', () => {
  it('takes noCacheTokens: 2073 = 25 + 2048 + 0', () => {
    const call = readCall('ai', {
      ...inner,
      'ai.usage.inputTokens': 2073,
      'ai.usage.inputTokenDetails.noCacheTokens': 25,
      'ai.usage.inputTokenDetails.cacheReadTokens': 2048,
      'ai.usage.inputTokenDetails.cacheWriteTokens': 0,
      'ai.usage.outputTokens': 10,
      'ai.usage.outputTokenDetails.textTokens': 10,
      'gen_ai.usage.input_tokens': 2073,
      'gen_ai.usage.output_tokens': 10,
    });
    expect(buckets(call)).toEqual([25, 2048, 0, null, 10, null]);
    expect(call).toMatchObject({ cacheSemantics: 'inclusive:emitter', lossy: false });
  });

  it('reads generateObject, which has no details, by providerMetadata, and else by the user agent', () => {
    const written = {
      ...inner,
      'ai.operationId': 'ai.generateObject.doGenerate',
      'ai.usage.promptTokens': 2073,
      'ai.usage.completionTokens': 10,
    };
    const told = readCall('ai', { ...written, ...metadata({ anthropic: { usage: anthropicUsage } }) });
    expect(buckets(told)).toEqual([25, 2048, 0, 0, 10, null]);
    expect(told.cacheSemantics).toBe('inclusive:emitter');
    const byAgent = { ...written, 'gen_ai.usage.cache_read.input_tokens': 2048 };
    const six = readCall('ai', { ...byAgent, 'ai.request.headers.user-agent': 'ai/6.0.326' });
    expect(buckets(six)).toEqual([25, 2048, null, null, 10, null]);
    expect(six.cacheSemantics).toBe('inclusive:scope');
    const five = readCall('ai', { ...byAgent, 'ai.request.headers.user-agent': 'ai/5.0.277' });
    expect(buckets(five)).toEqual([2073, 2048, null, null, 10, null]);
  });

  it('says lossy for objects of OpenAI, whose cached tokens it leaves out, and for no text', () => {
    const object = {
      ...inner,
      'ai.operationId': 'ai.generateObject.doGenerate',
      'ai.request.headers.user-agent': 'ai/6.0.326',
      'ai.model.provider': 'openai.chat',
      'gen_ai.system': 'openai.chat',
      'gen_ai.response.model': 'gpt-4o-mini',
      'ai.usage.promptTokens': 2073,
      'ai.usage.completionTokens': 10,
    };
    const told = metadata({ openai: { acceptedPredictionTokens: 0 } });
    expect(readCall('ai', { ...object, ...told }).lossy).toBe(true);
    expect(readCall('ai', { ...object, ...told, 'ai.operationId': 'ai.generateText.doGenerate' }).lossy).toBe(false);
    // Anthropic's providerMetadata says it, as long as nobody deletes it.
    const claude = { ...object, 'gen_ai.system': 'anthropic.messages', 'ai.model.provider': 'anthropic.messages' };
    expect(readCall('ai', { ...claude, ...metadata({ anthropic: { usage: anthropicUsage } }) }).lossy).toBe(false);
    expect(readCall('ai', claude).lossy).toBe(true);
  });
});

describe('Vercel AI SDK 7', () => {
  const chat = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'claude-sonnet-4-5',
    'gen_ai.usage.input_tokens': 2073,
    'gen_ai.usage.output_tokens': 10,
    'gen_ai.usage.cache_read.input_tokens': 2048,
  };

  it('is inclusive, and lossy where generateObject drops the cache writes', () => {
    const call = readCall('gen_ai', { ...chat, 'gen_ai.usage.cache_creation.input_tokens': 0 });
    expect(buckets(call)).toEqual([25, 2048, 0, null, 10, null]);
    expect(call).toMatchObject({ dialect: 'vercel-ai', cacheSemantics: 'inclusive:scope', lossy: false });
    expect(readCall('gen_ai', chat).lossy).toBe(true);
  });

  it('takes invoke_agent and agent_step for containers', () => {
    for (const operation of ['invoke_agent', 'agent_step']) {
      const call = readCall(
        'gen_ai',
        { ...chat, 'gen_ai.operation.name': operation, 'gen_ai.agent.name': 'faq' },
        { kind: 1 },
      );
      expect(call).toMatchObject({
        role: 'container',
        containerRule: `gen_ai.operation.name=${operation}`,
        own: { agent: 'faq' },
      });
    }
  });

  it('takes of its two nested embeddings spans the one with usage for the call', () => {
    const written = {
      'gen_ai.operation.name': 'embeddings',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'e',
    };
    expect(readSkeleton('gen_ai', written).operation).toBe('embeddings');
    expect(buckets(readCall('gen_ai', { ...written, 'gen_ai.usage.input_tokens': 4 }))).toEqual([
      4,
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it('reads no tokens out of speech and transcription, which count characters, seconds and sound', () => {
    for (const operation of ['ai.generateSpeech', 'ai.transcribe', 'ai.streamTranscribe']) {
      const call = readCall('gen_ai', {
        'gen_ai.operation.name': operation,
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-transcribe',
        'gen_ai.usage.seconds': 12,
        'gen_ai.usage.characters': 140,
        'gen_ai.usage.input_tokens': 140.5,
        'gen_ai.usage.output_tokens': 9,
      });
      expect(buckets(call)).toEqual([null, null, null, null, null, null]);
      expect(call).toMatchObject({ role: 'call', usageFault: null, lossy: false });
    }
  });
});
