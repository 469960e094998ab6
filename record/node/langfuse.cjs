// Langfuse: an agent observation with user and session, OpenAI observed below it, and a generation stated by hand.
const { LangfuseSpanProcessor } = require('@langfuse/otel');
const { startTracing } = require('./openTelemetry.mjs');
const { propagateAttributes, startActiveObservation } = require('@langfuse/tracing');
const { observeOpenAI } = require('@langfuse/openai');
const { OpenAI } = require('openai');

const provider = startTracing('langfuse-app', new LangfuseSpanProcessor({ environment: 'recording' }));
const client = observeOpenAI(new OpenAI({ maxRetries: 0 }));
const told = (directives) => ({ headers: { 'x-stand-in': directives } });
const chat = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'a question' }] };

async function main() {
  const ids = { userId: 'user-8', sessionId: 'conversation-8', tags: ['team-red'], metadata: { tenant: 'acme' } };
  await propagateAttributes(ids, () =>
    startActiveObservation(
      'planner',
      async () => {
        await client.chat.completions.create(chat, told('uncached=52;cache_read=1024;output=70;reasoning=20'));
        const streamed = { ...chat, stream: true, stream_options: { include_usage: true } };
        for await (const chunk of await client.chat.completions.create(streamed, told('uncached=65;output=91')))
          void chunk;
        const response = { model: 'gpt-5-mini', input: 'a task' };
        await client.responses.create(response, told('uncached=90;cache_read=1152;output=300;reasoning=192'));
        await startActiveObservation('by-hand', byHand, { asType: 'generation' });
      },
      { asType: 'agent' },
    ),
  );
  await provider.shutdown();
}

async function byHand(generation) {
  const answer = await fetch(`${process.env.ANTHROPIC_BASE_URL}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': 'sk-stand-in', 'x-stand-in': 'uncached=25;cache_read=512;cache_write_5m=2048;output=80' },
    body: JSON.stringify({
      model: 'claude-haiku-4-5',
      max_tokens: 500,
      messages: [{ role: 'user', content: 'a question' }],
    }),
  });
  const { model, usage } = await answer.json();
  generation.update({
    model,
    usageDetails: {
      input: usage.input_tokens,
      cache_read_input_tokens: usage.cache_read_input_tokens,
      input_cache_creation_5m: usage.cache_creation.ephemeral_5m_input_tokens,
      output: usage.output_tokens,
    },
  });
}
void main();
