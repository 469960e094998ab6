// The Vercel AI SDK 7: an agent whose tool runs another agent. The spans of both agents carry totals.
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { OpenTelemetry } from '@ai-sdk/otel';
import { generateText, registerTelemetry, stepCountIs, tool } from 'ai';
import { z } from 'zod';
import { startTracing } from './openTelemetry.mjs';

const provider = startTracing('ai-sdk-agents');
registerTelemetry(new OpenTelemetry({ runtimeContext: true }));
const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const settings = (functionId, directives) => ({
  headers: { 'x-stand-in': directives },
  maxRetries: 0,
  telemetry: { functionId, includeRuntimeContext: { userId: true, sessionId: true } },
  runtimeContext: { userId: 'user-4', sessionId: 'conversation-4' },
});
const delegate = tool({
  inputSchema: z.object({ query: z.string() }),
  execute: async ({ query }) => {
    const scout = settings('scout', 'uncached=25;cache_write_5m=2048;output=80');
    const { text } = await generateText({ model: anthropic('claude-haiku-4-5'), prompt: query, ...scout });
    return text;
  },
});
await generateText({
  model: openai.chat('gpt-4o-mini'),
  prompt: 'delegate it',
  tools: { delegate },
  stopWhen: stepCountIs(3),
  ...settings('lead', 'tool=delegate;cache_read=1024;output=70'),
});
await provider.shutdown();
