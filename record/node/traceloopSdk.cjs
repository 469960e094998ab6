// Traceloop's whole SDK with association properties; Anthropic's own tracing is on beside it.
const traceloop = require('@traceloop/node-server-sdk');

traceloop.initialize({
  appName: 'traceloop-app',
  disableBatch: true,
  traceloopSyncEnabled: false,
  silenceInitializationMessage: true,
});
const { OpenAI } = require('openai');
const { Anthropic } = require('@anthropic-ai/sdk');
const openai = new OpenAI({ maxRetries: 0 });
const anthropic = new Anthropic({ maxRetries: 0 });
const told = (directives) => ({ headers: { 'x-stand-in': directives } });
const messages = [{ role: 'user', content: 'a question' }];
const drain = async (stream) => {
  for await (const chunk of stream) void chunk;
};

async function main() {
  const ids = { user_id: 'user-10', session_id: 'conversation-10', tenant: 'acme' };
  await traceloop.withAssociationProperties(ids, () =>
    traceloop.withWorkflow({ name: 'answer' }, () =>
      traceloop.withAgent({ name: 'planner' }, async () => {
        const chat = { model: 'gpt-4o-mini', messages };
        await openai.chat.completions.create(chat, told('uncached=52;cache_read=1024;output=70'));
        const streamed = { ...chat, stream: true, stream_options: { include_usage: true } };
        await drain(await openai.chat.completions.create(streamed, told('uncached=65;cache_read=256;output=912')));
        const message = { model: 'claude-haiku-4-5', max_tokens: 500, messages };
        await anthropic.messages.create(message, told('uncached=25;cache_write_5m=2048;output=80'));
        await anthropic.messages.stream(message, told('uncached=12;cache_read=2048;output=33')).finalMessage();
      }),
    ),
  );
  await traceloop.forceFlush();
}
void main();
