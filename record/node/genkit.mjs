// Genkit: a flow on OpenAI, Anthropic and Gemini. Genkit brings OpenTelemetry 1 and sets it up by itself.
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';

const { STAND_IN_URL } = process.env;
process.env.OTEL_SERVICE_NAME = 'genkit-app';
process.env.OPENAI_BASE_URL = `${STAND_IN_URL}/with/uncached=52;cache_read=1024;output=70;reasoning=20/v1`;
process.env.ANTHROPIC_BASE_URL = `${STAND_IN_URL}/with/uncached=25;cache_read=512;cache_write_5m=2048;output=80`;
const { genkit, z } = await import('genkit');
const { enableTelemetry, flushTracing } = await import('genkit/tracing');
const { anthropic } = await import('@genkit-ai/anthropic');
const { openAI } = await import('@genkit-ai/compat-oai/openai');
const { googleAI } = await import('@genkit-ai/google-genai');

await enableTelemetry({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });
const apiKey = 'sk-stand-in';
const baseUrl = `${STAND_IN_URL}/with/uncached=31;cache_read=256;output=120;reasoning=50`;
const ai = genkit({ plugins: [openAI({ apiKey }), anthropic({ apiKey }), googleAI({ apiKey, baseUrl })] });
const flow = ai.defineFlow({ name: 'answer', inputSchema: z.string() }, async (prompt) => {
  await ai.generate({ model: openAI.model('gpt-4o-mini'), prompt });
  await ai.generate({ model: anthropic.model('claude-haiku-4-5'), prompt });
  const { stream, response } = ai.generateStream({ model: anthropic.model('claude-haiku-4-5'), prompt });
  for await (const chunk of stream) void chunk;
  await response;
  const { text } = await ai.generate({ model: googleAI.model('gemini-2.5-flash'), prompt });
  return text;
});
await flow('a question', { context: { auth: { uid: 'user-14' } } });
await flushTracing();
process.exit(0);
