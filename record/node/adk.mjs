// Google's ADK on Gemini: an agent with a tool, cached and thought tokens.
import { FunctionTool, Gemini, InMemoryRunner, LlmAgent } from '@google/adk';
import { z } from 'zod';
import { startTracing } from './openTelemetry.mjs';

const provider = startTracing('adk-app');
const lookup = new FunctionTool({
  name: 'lookup',
  description: 'Looks something up',
  parameters: z.object({ query: z.string() }),
  execute: () => ({ answer: 'found' }),
});
const model = new Gemini({
  model: 'gemini-2.5-flash',
  apiKey: 'sk-stand-in',
  headers: { 'x-stand-in': 'tool=lookup;cache_read=1024;output=120;reasoning=50' },
});
const agent = new LlmAgent({ name: 'clerk', model, instruction: 'Answer.', tools: [lookup] });
const runner = new InMemoryRunner({ agent, appName: 'tolls' });
const session = await runner.sessionService.createSession({
  appName: 'tolls',
  userId: 'user-13',
  sessionId: 'conversation-13',
});
const newMessage = { role: 'user', parts: [{ text: 'Look up the toll of the north gate' }] };
for await (const event of runner.runAsync({ userId: 'user-13', sessionId: session.id, newMessage })) void event;
await provider.shutdown();
