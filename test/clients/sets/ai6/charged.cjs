'use strict';
// An application that has turned the SDK's own tracing on: its spans say the same calls again, and their sums.
const ai = require('ai');
const { createOpenAI } = require('@ai-sdk/openai');
const { createAnthropic } = require('@ai-sdk/anthropic');

const openai = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL });
const anthropic = createAnthropic({ baseURL: `${process.env.ANTHROPIC_BASE_URL}/v1` });
const prompt = 'one two three';
const told = (functionId) => ({
  experimental_telemetry: { isEnabled: true, functionId, metadata: { userId: 'u1', sessionId: 's1' } },
});
const look = ai.tool({ inputSchema: ai.jsonSchema({ type: 'object' }), execute: async () => 'found' });

void (async () => {
  await ai.generateText({ model: openai.chat('gpt-4o'), prompt, ...told('whole') });
  await ai.streamText({ model: openai.chat('gpt-4o'), prompt, ...told('streamed') }).consumeStream();
  await ai.generateText({ model: openai.responses('gpt-4o'), prompt, ...told('responses') });
  await ai.generateText({ model: anthropic('claude-sonnet-4-5'), prompt, maxOutputTokens: 50, ...told('claude') });
  await ai.generateText({
    model: openai.chat('gpt-4o'),
    prompt,
    tools: { look },
    stopWhen: ai.stepCountIs(3),
    headers: { 'x-stand-in': 'tool=look' },
    ...told('looker'),
  });
  await ai.generateObject({
    model: openai.chat('gpt-4o'),
    prompt,
    schema: ai.jsonSchema({ type: 'object' }),
    headers: { 'x-stand-in': 'text={}' },
    ...told('objects'),
  });
  await ai.embed({ model: openai.embedding('text-embedding-3-small'), value: prompt, ...told('embedder') });
})();
