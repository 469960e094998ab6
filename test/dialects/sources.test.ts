import { describe, expect, it } from 'vitest';
import { readSpan } from '../../src/dialects/read.ts';
import { compileSources, SOURCES_REMEMBERED_MAX, type SourceRule } from '../../src/dialects/sources.ts';
import type { LlmCall } from '../../src/call.ts';
import { buckets, span, type Written } from './spans.ts';

const silent: SourceRule = {
  scope: null,
  service: null,
  inputIncludesCache: null,
  outputIncludesReasoning: null,
  usage: null,
  provider: null,
};
const chat: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': 'claude-sonnet-4-5',
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 10,
  'gen_ai.usage.cache_read.input_tokens': 60,
};

function read(rules: readonly Partial<SourceRule>[], written: Written = chat, scope = 'acme-llm') {
  const findSource = compileSources(rules.map((rule) => ({ ...silent, ...rule })));
  return readSpan(span(scope, written, { resource: { 'service.name': 'billing-eu' } }), findSource);
}
function call(...args: Parameters<typeof read>): LlmCall {
  const reading = read(...args);
  if (reading.kind !== 'call') throw new Error('expected a call');
  return reading.call;
}

describe('what the operator says of a source', () => {
  it('overrides the convention: 100 - 60 = 40 inclusive, 100 exclusive', () => {
    expect(buckets(call([{ scope: 'acme-*', inputIncludesCache: true }]))[0]).toBe(40);
    const exclusive = call([{ scope: 'acme-*', inputIncludesCache: false }]);
    expect(exclusive).toMatchObject({ cacheSemantics: 'exclusive:config', isEmitterKnown: true });
    expect(buckets(exclusive)[0]).toBe(100);
    expect(call([])).toMatchObject({ cacheSemantics: 'inclusive:assumed', isEmitterKnown: false });
  });

  it("overrides a known scope, arithmetic and the emitter's own number", () => {
    const inclusive = [{ scope: '*', inputIncludesCache: true }];
    const exclusive = [{ scope: '*', inputIncludesCache: false }];
    expect(call(inclusive, chat, '@traceloop/instrumentation-anthropic').cacheSemantics).toBe('inclusive:config');
    // 61 + 40 = 101 > 100 proves exclusive, and is a contradiction of an input that is said to include it.
    const proved = { ...chat, 'gen_ai.usage.cache_write.input_tokens': 41 };
    expect(call([], proved).cacheSemantics).toBe('exclusive:arithmetic');
    expect(call(inclusive, proved)).toMatchObject({
      usageFault: 'cached input 101 above input 100, which includes it',
      usage: { input_uncached: null },
    });
    const stated = { ...chat, 'ai.usage.inputTokenDetails.noCacheTokens': 40 };
    expect(call(exclusive, stated)).toMatchObject({
      cacheSemantics: 'exclusive:config',
      usage: { input_uncached: 100 },
    });
  });

  it('says whether output includes reasoning: 10 or 10 + 4 = 14, whatever the total says', () => {
    const thought = { ...chat, 'gen_ai.usage.reasoning.output_tokens': 4, 'gen_ai.usage.total_tokens': 110 };
    expect(call([{ scope: '*', outputIncludesReasoning: false }], thought).usage.output).toBe(14);
    expect(call([{ scope: '*', outputIncludesReasoning: true }], thought).usage.output).toBe(10);
    const gemini = { ...thought, 'gen_ai.request.model': 'gemini-2.5-pro', 'gen_ai.usage.total_tokens': 114 };
    expect(call([], gemini, 'gemini-cli').usage.output).toBe(14);
    expect(call([{ scope: '*', outputIncludesReasoning: true }], gemini, 'gemini-cli').usage.output).toBe(10);
  });

  it('makes its spans skeletons, containers or estimates', () => {
    expect(read([{ service: 'billing-*', usage: 'ignore' }])).toMatchObject({
      kind: 'span',
      skeleton: { operation: 'chat', service: 'billing-eu' },
    });
    expect(call([{ service: 'billing-*', usage: 'container' }])).toMatchObject({
      role: 'container',
      containerRule: 'sources.usage=container',
    });
    expect(call([{ service: 'billing-*', usage: 'estimate' }])).toMatchObject({
      role: 'call',
      usageSource: 'estimate',
    });
  });

  it('makes spans calls that repeat a log record, and no totals over calls', () => {
    const gemini = {
      'gen_ai.operation.name': 'llm_call',
      'gen_ai.request.model': 'gemini-2.5-flash',
      'gen_ai.usage.input_tokens': 5,
    };
    expect(call([], gemini, 'gemini-cli').role).toBe('container');
    const rules = [{ scope: 'gemini-cli', usage: 'call' as const }];
    expect(call(rules, gemini, 'gemini-cli')).toMatchObject({ role: 'call', containerRule: null, lossy: true });
    expect(call(rules, { ...gemini, 'gen_ai.operation.name': 'invoke_agent' }, 'gemini-cli').role).toBe('container');
  });

  it('replaces the provider, in any spelling, and with it the family', () => {
    expect(call([{ scope: '*', provider: 'Bedrock' }]).provider).toBe('aws.bedrock');
    const openai = call([{ scope: '*', provider: 'openai' }], { ...chat, 'gen_ai.request.model': 'gpt-4o' });
    expect(openai).toMatchObject({ provider: 'openai', cacheSemantics: 'inclusive:convention' });
  });

  it('holds for both globs together, and for the first entry that matches alone', () => {
    const rules = [
      { scope: 'acme-*', service: 'web', usage: 'ignore' as const },
      { scope: 'acme-*', inputIncludesCache: false },
      { scope: '*', usage: 'ignore' as const, provider: 'groq' },
    ];
    expect(call(rules)).toMatchObject({ provider: 'anthropic', cacheSemantics: 'exclusive:config' });
    expect(read(rules, chat, 'other').kind).toBe('span');
  });

  it('never matches a name that is not there', () => {
    expect(call([{ scope: '*', usage: 'ignore' }], chat, '').role).toBe('call');
    expect(read([{ service: '*', usage: 'ignore' }], chat, '').kind).toBe('span');
  });
});

describe('finding the rule for a source', () => {
  it('answers the same after more names than are remembered', () => {
    const findSource = compileSources([{ ...silent, scope: 'acme-*', usage: 'ignore' }]);
    for (let name = 0; name <= SOURCES_REMEMBERED_MAX; name += 1) {
      expect(findSource(`other-${name}`, 'web')).toBe(null);
    }
    expect(findSource('acme-1', 'web')?.usage).toBe('ignore');
    expect(findSource('acme-1', 'web')).toBe(findSource('acme-2', null));
  });
});
