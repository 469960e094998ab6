// Strands agents: the agent's span repeats the sum of its model calls.
import { Agent, tool } from '@strands-agents/sdk';
import { AnthropicModel } from '@strands-agents/sdk/models/anthropic';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { z } from 'zod';
import { startTracing } from './openTelemetry.mjs';

const provider = startTracing('strands-app');
const headers = (directives) => ({ defaultHeaders: { 'x-stand-in': directives }, maxRetries: 0 });
const traceAttributes = { 'session.id': 'conversation-6', 'user.id': 'user-6' };
const lookup = tool({
  name: 'lookup',
  description: 'Looks something up',
  inputSchema: z.object({ query: z.string() }),
  callback: () => 'found',
});
const openai = new OpenAIModel({
  api: 'chat',
  modelId: 'gpt-4o-mini',
  apiKey: 'sk-stand-in',
  clientConfig: { baseURL: process.env.OPENAI_BASE_URL, ...headers('tool=lookup;cache_read=1024;output=70') },
});
const anthropic = new AnthropicModel({
  modelId: 'claude-haiku-4-5',
  maxTokens: 500,
  apiKey: 'sk-stand-in',
  clientConfig: { baseURL: process.env.ANTHROPIC_BASE_URL, ...headers('uncached=25;cache_write_5m=2048;output=80') },
});
const quiet = { printer: false, traceAttributes };
await new Agent({ name: 'clerk', model: openai, tools: [lookup], ...quiet }).invoke(
  'Look up the toll of the north gate',
);
await new Agent({ name: 'writer', model: anthropic, ...quiet }).invoke('Write a line');
await provider.shutdown();
