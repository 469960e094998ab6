// The Vercel AI SDK, versions 4 to 6, on Gemini with cached and thought tokens.
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { generateText, streamText } from 'ai';
import { asAgent, startTracing } from './openTelemetry.mjs';

const provider = startTracing('ai-sdk-app');
const google = createGoogleGenerativeAI({ baseURL: `${process.env.STAND_IN_URL}/v1beta`, apiKey: 'sk-stand-in' });
const model = google('gemini-2.5-flash');
const settings = (functionId, directives) => ({
  headers: { 'x-stand-in': directives },
  maxRetries: 0,
  experimental_telemetry: { isEnabled: true, functionId, metadata: { userId: 'user-4', sessionId: 'conversation-4' } },
});
await asAgent('assistant', { user: 'user-4', conversation: 'conversation-4' }, async () => {
  await generateText({
    model,
    prompt: 'think',
    ...settings('answer', 'uncached=31;cache_read=256;output=120;reasoning=50'),
  });
  const { textStream } = streamText({
    model,
    prompt: 'stream',
    ...settings('talk', 'uncached=12;output=90;reasoning=30'),
  });
  for await (const text of textStream) void text;
});
await provider.shutdown();
