// The OpenAI SDK under packages that patch it: `instrumentedOpenai.cjs PACKAGE…`.
const { startTracing, asAgent } = require('./openTelemetry.mjs');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');

const provider = startTracing('openai-app');
const instrumentations = process.argv.slice(2).map((name) => new (require(name).OpenAIInstrumentation)());
registerInstrumentations({ instrumentations, tracerProvider: provider });
const { OpenAI } = require('openai');
const client = new OpenAI({ maxRetries: 0 });
const messages = (content) => [{ role: 'user', content }];
const told = (directives) => ({ headers: { 'x-stand-in': directives } });
const drain = async (stream) => {
  for await (const chunk of stream) void chunk;
};

async function main() {
  await asAgent('planner', { user: 'user-2', conversation: 'conversation-2' }, async () => {
    const chat = { model: 'gpt-4o-mini', messages: messages('a question') };
    await client.chat.completions.create(chat, told('uncached=52;cache_read=1024;output=70'));
    await drain(
      await client.chat.completions.create(
        { ...chat, stream: true, stream_options: { include_usage: true } },
        told('uncached=65;cache_read=256;output=912'),
      ),
    );
    await drain(await client.chat.completions.create({ ...chat, stream: true }, told('uncached=41;output=18')));
    const response = { model: 'gpt-5-mini', input: 'a task' };
    await client.responses.create(response, told('uncached=90;cache_read=1152;output=300;reasoning=192'));
    await drain(
      await client.responses.create({ ...response, stream: true }, told('uncached=77;output=210;reasoning=128')),
    );
    await client.embeddings.create({ model: 'text-embedding-3-small', input: 'to embed' }, told('uncached=23'));
    await client.chat.completions.create(chat, told('status=429')).catch(() => {});
  });
  await provider.shutdown();
}
void main();
