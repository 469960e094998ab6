// The Vercel AI SDK 7 with its OpenTelemetry integration, or with `legacy` the one that keeps the spans of version 6; user
// and session are in the runtime context.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { LegacyOpenTelemetry, OpenTelemetry } from '@ai-sdk/otel';
import { embed, generateObject, generateText, registerTelemetry, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { startTracing } from './openTelemetry.mjs';

const provider = startTracing('ai-sdk-app');
registerTelemetry(
  process.argv[2] === 'legacy' ? new LegacyOpenTelemetry() : new OpenTelemetry({ runtimeContext: true }),
);
const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const told = (directives) => ({ headers: { 'x-stand-in': directives }, maxRetries: 0 });
const settings = (functionId) => ({
  telemetry: { functionId, includeRuntimeContext: { userId: true, sessionId: true } },
  runtimeContext: { userId: 'user-4', sessionId: 'conversation-4' },
});
const schema = z.object({ answer: z.string().optional() });
const claude = anthropic('claude-haiku-4-5');
const mini = openai.chat('gpt-4o-mini');
const drain = async ({ textStream }) => {
  for await (const text of textStream) void text;
};

const write = 'uncached=25;cache_write_5m=2048;output=80';
await generateText({ model: claude, prompt: 'write', ...settings('answer'), ...told(write) });
const stream = told('uncached=12;cache_read=2048;output=33');
await drain(streamText({ model: claude, prompt: 'stream', ...settings('talk'), ...stream }));
const object = told('uncached=25;cache_write_5m=2048;output=41');
await generateObject({ model: claude, schema, prompt: 'an object', ...settings('extract'), ...object });
await generateText({
  model: mini,
  prompt: 'look it up',
  tools: { lookup: tool({ inputSchema: z.object({ query: z.string() }), execute: async () => 'found' }) },
  stopWhen: stepCountIs(3),
  ...settings('agent'),
  ...told('tool=lookup;cache_read=1024;output=70;reasoning=20'),
});
await drain(streamText({ model: mini, prompt: 'stream', ...settings('talk'), ...told('uncached=65;output=91') }));
const think = told('uncached=90;cache_read=1152;output=300;reasoning=192');
await generateText({ model: openai.responses('gpt-5-mini'), prompt: 'think', ...settings('answer'), ...think });
const embedder = openai.embedding('text-embedding-3-small');
await embed({ model: embedder, value: 'to embed', ...settings('index'), ...told('uncached=23') });
await provider.shutdown();
