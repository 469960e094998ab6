// Strands agents: an agent whose tool runs another agent. The spans of both agents carry totals.
import { Agent, tool } from '@strands-agents/sdk';
import { OpenAIModel } from '@strands-agents/sdk/models/openai';
import { z } from 'zod';
import { startTracing } from './openTelemetry.mjs';

const provider = startTracing('strands-agents-app');
const model = (modelId, directives) =>
  new OpenAIModel({
    api: 'chat',
    modelId,
    apiKey: 'sk-stand-in',
    clientConfig: {
      baseURL: process.env.OPENAI_BASE_URL,
      defaultHeaders: { 'x-stand-in': directives },
      maxRetries: 0,
    },
  });
const traceAttributes = { 'session.id': 'conversation-6', 'user.id': 'user-6' };
const delegate = tool({
  name: 'delegate',
  description: 'Has somebody look something up',
  inputSchema: z.object({ query: z.string() }),
  callback: async ({ query }) => {
    const scout = new Agent({
      name: 'scout',
      model: model('gpt-5-mini', 'cache_read=1152;output=300'),
      printer: false,
    });
    return String(await scout.invoke(query));
  },
});
const lead = new Agent({
  name: 'lead',
  model: model('gpt-4o-mini', 'tool=delegate;cache_read=1024;output=70'),
  tools: [delegate],
  printer: false,
  traceAttributes,
});
await lead.invoke('Have it looked up');
await provider.shutdown();
