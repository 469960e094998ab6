import { describe, expect, it } from 'vitest';
import { readCall, type Written } from './spans.ts';

const counts: Written = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'claude-opus-4-6',
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 100,
};
const usage = { input_tokens: 1000, output_tokens: 100, service_tier: 'Batch', inference_geo: 'us', speed: 'fast' };
const facts = { inferenceGeo: 'us', speed: 'fast', searchContextSize: null };

function tariff(scope: string, attributes: Written) {
  const { serviceTier, priceFacts } = readCall(scope, { ...counts, ...attributes });
  return { serviceTier, priceFacts };
}

describe('what decides a price beside model and usage', () => {
  it('is null where the emitter says none of it', () => {
    expect(tariff('any', {})).toEqual({ serviceTier: null, priceFacts: null });
  });

  it("is read of attributes, the answer's before the request's, in lower case", () => {
    const said = {
      'anthropic.request.inference_geo': 'global',
      'anthropic.response.inference_geo': ' US ',
      'anthropic.request.speed': 'Fast',
      'tollgate.usage.search_context_size': 'High',
    };
    expect(tariff('any', said).priceFacts).toEqual({ inferenceGeo: 'us', speed: 'fast', searchContextSize: 'high' });
  });

  it('takes the tier that served the call before the one it asked for, wherever each stands', () => {
    const asked = { 'openai.request.service_tier': 'priority' };
    expect(tariff('any', asked).serviceTier).toBe('priority');
    expect(tariff('any', { ...asked, 'gen_ai.response.service_tier': 'Flex' }).serviceTier).toBe('flex');
    const raw = JSON.stringify({ ...usage, service_tier: 'standard' });
    expect(tariff('logfire.anthropic', { ...asked, 'gen_ai.usage.raw': raw }).serviceTier).toBe('standard');
  });

  it('takes an attribute before JSON, fact by fact', () => {
    const said = { 'gen_ai.usage.raw': JSON.stringify(usage), 'anthropic.response.inference_geo': 'global' };
    expect(tariff('logfire.anthropic', said).priceFacts).toEqual({ ...facts, inferenceGeo: 'global' });
  });

  it('keeps of a name that is too long 64 characters, told apart by a hash', () => {
    const long = tariff('any', { 'anthropic.response.speed': 'fast'.repeat(1000) }).priceFacts?.speed;
    expect(long).toHaveLength(64);
    expect(long).not.toBe(tariff('any', { 'anthropic.response.speed': 'fast'.repeat(999) }).priceFacts?.speed);
  });

  it.each([
    [['bytes', 'eu'], 'bytes,eu'],
    [7, '7'],
    [new Uint8Array([1]), null],
    [{ geo: 'us' }, null],
    ['  ', null],
  ])('of the value %j is %j', (value, geo) => {
    const { priceFacts } = tariff('any', { 'anthropic.response.inference_geo': value });
    expect(priceFacts?.inferenceGeo ?? null).toBe(geo);
  });
});

describe("a provider's own usage", () => {
  it.each<[string, string, Written]>([
    ['Logfire', 'logfire.anthropic', { 'gen_ai.usage.raw': JSON.stringify(usage) }],
    [
      'the AI SDK',
      'ai',
      {
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.response.providerMetadata': JSON.stringify({ anthropic: { usage } }),
      },
    ],
    [
      'LiteLLM',
      'litellm',
      { 'llm.anthropic.usage': "{'service_tier': 'batch', 'inference_geo': 'us', 'speed': 'fast'}" },
    ],
    [
      "LiteLLM's own usage",
      'litellm',
      { 'metadata.usage_object': "{'service_tier': 'batch', 'inference_geo': 'us', 'speed': 'fast'}" },
    ],
    [
      'OpenInference',
      '@arizeai/openinference-instrumentation-anthropic',
      {
        'openinference.span.kind': 'LLM',
        'output.value': JSON.stringify({ id: 'msg_0123', content: [{ input: { usage: { speed: 'slow' } } }], usage }),
      },
    ],
    [
      'LangChain',
      'openinference.instrumentation.langchain',
      {
        'openinference.span.kind': 'LLM',
        'output.value': JSON.stringify({
          generations: [[{ message: { kwargs: { response_metadata: { usage } } } }]],
        }),
      },
    ],
    [
      'Genkit',
      'genkit-tracer',
      { 'genkit:metadata:subtype': 'model', 'genkit:output': JSON.stringify({ raw: { usage } }) },
    ],
    [
      'LangSmith',
      'langsmith',
      { 'langsmith.span.kind': 'llm', 'gen_ai.completion': JSON.stringify({ kwargs: { usage } }) },
    ],
  ])('tells tier, region and speed through %s', (_emitter, scope, attributes) => {
    expect(tariff(scope, attributes)).toEqual({ serviceTier: 'batch', priceFacts: facts });
  });

  it("tells the size of Perplexity's search context", () => {
    const answer = JSON.stringify({ id: 'x', usage: { prompt_tokens: 1, search_context_size: 'low' }, choices: [] });
    const said = { 'openinference.span.kind': 'LLM', 'output.value': answer };
    expect(tariff('any', said).priceFacts).toEqual({ inferenceGeo: null, speed: null, searchContextSize: 'low' });
  });

  it.each([
    ['ON_DEMAND', 'on_demand'],
    ['ON_DEMAND_FLEX', 'flex'],
    ['ON_DEMAND_PRIORITY', 'priority'],
    ['PROVISIONED_THROUGHPUT', 'provisioned_throughput'],
    ['TRAFFIC_TYPE_UNSPECIFIED', null],
  ])("tells by Vertex AI's traffic %s the tier %s", (traffic, tier) => {
    const answer = JSON.stringify({ usage_metadata: { prompt_token_count: 1000, traffic_type: traffic } });
    expect(tariff('gcp.vertex.agent', { 'gcp.vertex.agent.llm_response': answer }).serviceTier).toBe(tier);
    const metadata = JSON.stringify({ google: { usageMetadata: { trafficType: traffic } } });
    const ofSdk = { 'ai.operationId': 'ai.generateText.doGenerate', 'ai.response.providerMetadata': metadata };
    expect(tariff('ai', ofSdk).serviceTier).toBe(tier);
  });

  it("tells the tier of Bedrock's Converse in an object of its own", () => {
    const answer = JSON.stringify({ output: {}, usage: { inputTokens: 1000 }, serviceTier: { type: 'flex' } });
    const said = { 'openinference.span.kind': 'LLM', 'output.value': answer };
    expect(tariff('openinference.instrumentation.bedrock', said).serviceTier).toBe('flex');
  });
});

describe('an answer that is too long to be parsed', () => {
  const LLM = { 'openinference.span.kind': 'LLM' };

  it("tells OpenAI's tier behind megabytes of content, where nothing can pose as it", () => {
    const content = `${JSON.stringify({ service_tier: 'flex' })} `.repeat(50_000);
    const tool = { parameters: { service_tier: { type: 'string' } } };
    const answer = JSON.stringify({ choices: [{ message: { content } }], tools: [tool], service_tier: 'priority' });
    expect(answer.length).toBeGreaterThan(1_048_576);
    expect(tariff('any', { ...LLM, 'output.value': answer }).serviceTier).toBe('priority');
    const without = JSON.stringify({ choices: [{ message: { content } }] });
    expect(tariff('any', { ...LLM, 'output.value': without }).serviceTier).toBeNull();
  });

  it('leaves what the request asked for where the answer is not there', () => {
    const parameters = JSON.stringify({ service_tier: 'flex', web_search_options: { search_context_size: 'medium' } });
    const asked = { ...LLM, 'llm.invocation_parameters': parameters };
    const expected = { inferenceGeo: null, speed: null, searchContextSize: 'medium' };
    expect(tariff('any', asked)).toEqual({ serviceTier: 'flex', priceFacts: expected });
    const answered = { ...asked, 'output.value': '{"service_tier": "default"}' };
    expect(tariff('any', answered)).toEqual({ serviceTier: 'default', priceFacts: expected });
    const ofLangfuse = { 'langfuse.observation.model.parameters': parameters };
    expect(tariff('langfuse-sdk', ofLangfuse)).toEqual({ serviceTier: 'flex', priceFacts: expected });
  });

  it.each(['{"service_tier":', '{"service_tier": 7}', '{"service_tier": "a\\"b"}', '{"usage": {"speed": ', '[]', '""'])(
    'that is %s says nothing',
    (broken) => {
      expect(tariff('any', { ...LLM, 'output.value': broken })).toEqual({
        serviceTier: null,
        priceFacts: null,
      });
    },
  );

  it.each(['{"service_tier":', '{"speed": {"a": 1}}', '["service_tier"]', '"speed"'])(
    'whose request was %s asks for nothing',
    (broken) => {
      const { serviceTier, priceFacts } = tariff('any', { ...LLM, 'llm.invocation_parameters': broken });
      expect([serviceTier, priceFacts]).toEqual([null, null]);
    },
  );
});

describe("a cost in a provider's own usage", () => {
  const sdk = (top: string, metadata: object): Written => ({
    'ai.operationId': 'ai.generateText.doGenerate',
    'ai.response.providerMetadata': JSON.stringify({ [top]: metadata }),
  });
  const costOf = (scope: string, attributes: Written) =>
    readCall(scope, { ...counts, ...attributes }).reportedCostFemtoUsd;

  it('is read in USD of OpenRouter and Perplexity, and in ticks of xAI: 37,756 × 1e-10 USD', () => {
    expect(costOf('ai', sdk('openrouter', { usage: { cost: 0.00123 } }))).toBe(1_230_000_000_000n);
    expect(costOf('ai', sdk('perplexity', { usage: { cost: { total_cost: 0.0061 } } }))).toBe(6_100_000_000_000n);
    expect(costOf('ai', sdk('xai', { costInUsdTicks: 37_756 }))).toBe(3_775_600_000n);
    const answer = JSON.stringify({ choices: [], usage: { prompt_tokens: 1, cost_in_usd_ticks: 158_500 } });
    expect(costOf('any', { 'openinference.span.kind': 'LLM', 'output.value': answer })).toBe(15_850_000_000n);
  });

  it('gives way to the attribute of one', () => {
    const said = { 'gen_ai.usage.cost': '0.5', ...sdk('openrouter', { usage: { cost: 0.25 } }) };
    expect(costOf('ai', said)).toBe(500_000_000_000_000n);
  });

  it.each([-1, 0.5, 'x', 1e17, '9'.repeat(18), true, {}])('is none where the ticks are %j', (ticks) => {
    expect(costOf('ai', sdk('xai', { costInUsdTicks: ticks }))).toBeNull();
  });
});

describe('a request of Claude Code', () => {
  it('tells its speed under a plain name', () => {
    const said = { model: 'claude-opus-4-6', speed: 'fast', input_tokens: 10, output_tokens: 5 };
    const { priceFacts } = readCall('com.anthropic.claude_code.tracing', said, { name: 'claude_code.llm_request' });
    expect(priceFacts).toEqual({ ...facts, inferenceGeo: null });
  });
});
