// The Vercel AI SDK, versions 4 to 6, with its own telemetry on: `aiSdk.mjs VERSION [traceloop|openinference]`, where the
// span processor of the one or the other rewrites the spans.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import * as ai from 'ai';
import { z } from 'zod';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { asAgent, startTracing } from './openTelemetry.mjs';

const [version, rewritten] = process.argv.slice(2);
const provider = startTracing('ai-sdk-app', ...(await processors()));
const { embed, embedMany, generateObject, generateText, streamText } = ai;
const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const told = (directives) => ({ headers: { 'x-stand-in': directives }, maxRetries: 0 });
const settings = (functionId) => {
  const metadata = { userId: 'user-4', sessionId: 'conversation-4' };
  return { experimental_telemetry: { isEnabled: true, functionId, metadata } };
};
// what the stand-in answers as text and as a tool's input
const schema = z.object({ answer: z.string().optional(), query: z.string().optional() });
const drain = async ({ textStream }) => {
  for await (const text of textStream) void text;
};

await asAgent('assistant', { user: 'user-4', conversation: 'conversation-4' }, async () => {
  const claude = anthropic('claude-haiku-4-5');
  const mini = openai.chat('gpt-4o-mini');
  const read = 'uncached=31;cache_read=2048;output=120';
  await generateText({
    model: claude,
    prompt: 'write',
    ...settings('answer'),
    ...told('uncached=25;cache_write_5m=2048;output=80'),
  });
  await generateText({ model: claude, prompt: 'read', ...settings('answer'), ...told(read) });
  await drain(
    streamText({
      model: claude,
      prompt: 'stream',
      ...settings('talk'),
      ...told('uncached=12;cache_read=2048;output=33'),
    }),
  );
  const object = { schema, prompt: 'an object', ...settings('extract') };
  await generateObject({
    model: claude,
    ...object,
    ...told('uncached=25;cache_write_5m=2048;output=41' + (version === '6' ? '' : ';tool=json')),
  });
  await generateText({
    model: mini,
    prompt: 'read',
    ...settings('answer'),
    ...told('uncached=52;cache_read=1024;output=70;reasoning=20'),
  });
  await drain(streamText({ model: mini, prompt: 'stream', ...settings('talk'), ...told('uncached=65;output=91') }));
  await generateObject({
    model: mini,
    ...object,
    ...told('uncached=44;output=19' + (version === '4' ? ';tool=json' : '')),
  });
  await generateText({
    model: openai.responses('gpt-5-mini'),
    prompt: 'think',
    ...settings('answer'),
    ...told('uncached=90;cache_read=1152;output=300;reasoning=192'),
  });
  await generateText({
    model: mini,
    prompt: 'look it up',
    ...lookup(),
    ...settings('agent'),
    ...told('tool=lookup;cache_read=1024;output=55'),
  });
  // billed, although the answer is refused as no object
  await generateObject({ model: mini, ...object, ...told('uncached=47;output=21;text=no object') }).catch(() => {});
  const embedder = openai.embedding('text-embedding-3-small');
  await embed({ model: embedder, value: 'to embed', ...settings('index'), ...told('uncached=23') });
  await embedMany({ model: embedder, values: ['one', 'two'], ...settings('index'), ...told('uncached=29') });
});
await provider.shutdown();

async function processors() {
  const exporter = new OTLPTraceExporter();
  if (rewritten === 'traceloop') {
    return [(await import('@traceloop/node-server-sdk')).createSpanProcessor({ exporter })];
  }
  if (rewritten === 'openinference') {
    return [new (await import('@arizeai/openinference-vercel')).OpenInferenceBatchSpanProcessor({ exporter })];
  }
  return [];
}

/** A loop of two steps: the model calls the tool, then answers. */
function lookup() {
  const input = z.object({ query: z.string() });
  const execute = async () => 'found';
  return version === '4'
    ? { tools: { lookup: ai.tool({ parameters: input, execute }) }, maxSteps: 3 }
    : { tools: { lookup: ai.tool({ inputSchema: input, execute }) }, stopWhen: ai.stepCountIs(3) };
}
