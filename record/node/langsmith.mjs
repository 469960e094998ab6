// LangSmith's OpenTelemetry mode: a traceable agent, and the wrapped clients of OpenAI and Anthropic.
process.env.LANGSMITH_ENDPOINT = process.env.OTEL_EXPORTER_OTLP_ENDPOINT;
const { initializeOTEL } = await import('langsmith/experimental/otel/setup');
const exporterConfig = { url: `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, headers: {} };
const { DEFAULT_LANGSMITH_SPAN_PROCESSOR: processor } = initializeOTEL({ exporterConfig });
const { traceable } = await import('langsmith/traceable');
const { wrapOpenAI } = await import('langsmith/wrappers');
const { RunTree } = await import('langsmith/run_trees');
const { default: OpenAI } = await import('openai');
const { wrapAnthropic } = await import('langsmith/wrappers/anthropic');
const { default: Anthropic } = await import('@anthropic-ai/sdk');

const client = RunTree.getSharedClient();
const openai = wrapOpenAI(new OpenAI({ maxRetries: 0 }), { client });
const told = (directives) => ({ headers: { 'x-stand-in': directives } });
const messages = [{ role: 'user', content: 'a question' }];
const anthropic = wrapAnthropic(new Anthropic({ maxRetries: 0 }), { client });
const planner = traceable(
  async () => {
    const chat = { model: 'gpt-4o-mini', messages };
    await openai.chat.completions.create(chat, told('uncached=52;cache_read=1024;output=70;reasoning=20'));
    const streamed = { ...chat, stream: true, stream_options: { include_usage: true } };
    for await (const chunk of await openai.chat.completions.create(streamed, told('uncached=65;output=91'))) void chunk;
    const response = { model: 'gpt-5-mini', input: 'a task' };
    await openai.responses.create(response, told('uncached=90;cache_read=1152;output=300;reasoning=192'));
    const message = { model: 'claude-haiku-4-5', max_tokens: 500, messages };
    const written = told('uncached=25;cache_read=512;cache_write_5m=2048;output=80');
    const { content } = await anthropic.messages.create(message, written);
    return content;
  },
  { name: 'planner', run_type: 'chain', client, metadata: { user_id: 'user-15', session_id: 'conversation-15' } },
);
await planner();
await client.awaitPendingTraceBatches();
await processor.shutdown();
