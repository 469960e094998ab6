// Mastra agents; user and session go through the tracing options.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { Observability } from '@mastra/observability';
import { OtelExporter } from '@mastra/otel-exporter';

const headers = (directives) => ({ 'x-stand-in': directives });
const openai = createOpenAI({ headers: headers('uncached=52;cache_read=1024;output=70;reasoning=20') });
const anthropic = createAnthropic({
  baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1`,
  headers: headers('uncached=25;cache_write_5m=2048;output=80'),
});
const agent = (id, model) => new Agent({ id, name: id, instructions: 'Answer.', model });
const endpoint = `${process.env.OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`;
const exporter = new OtelExporter({
  provider: { custom: { endpoint, protocol: 'http/protobuf' } },
  signals: { logs: false },
});
const mastra = new Mastra({
  agents: {
    planner: agent('planner', openai.chat('gpt-4o-mini')),
    writer: agent('writer', anthropic('claude-haiku-4-5')),
  },
  observability: new Observability({ configs: { otel: { serviceName: 'mastra-app', exporters: [exporter] } } }),
});
const tracingOptions = { metadata: { userId: 'user-12', sessionId: 'conversation-12' }, tags: ['team-red'] };
await mastra.getAgent('planner').generate('plan', { tracingOptions });
const memory = { thread: 'conversation-12', resource: 'user-12' };
await mastra.getAgent('writer').generate('write', { tracingOptions, memory });
const stream = await mastra.getAgent('writer').stream('write on', { tracingOptions });
for await (const text of stream.textStream) void text;
await mastra.shutdown();
