// OpenLIT's SDK: spans, and log events that repeat them.
const openlitModule = require('openlit');

const openlit = openlitModule.default ?? openlitModule;
openlit.init({
  otlpEndpoint: process.env.OTEL_EXPORTER_OTLP_ENDPOINT,
  applicationName: 'openlit-app',
  environment: 'recording',
  disableBatch: true,
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
  const chat = { model: 'gpt-4o-mini', messages, user: 'user-11' };
  await openai.chat.completions.create(chat, told('uncached=52;cache_read=1024;output=70;reasoning=20'));
  const streamed = { ...chat, stream: true };
  await drain(
    await openai.chat.completions.create(
      { ...streamed, stream_options: { include_usage: true } },
      told('uncached=65;output=91'),
    ),
  );
  await drain(await openai.chat.completions.create(streamed, told('uncached=41;output=18')));
  await openai.responses.create(
    { model: 'gpt-5-mini', input: 'a task' },
    told('uncached=90;cache_read=1152;output=300;reasoning=192'),
  );
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: 'to embed' }, told('uncached=23'));
  const message = { model: 'claude-haiku-4-5', max_tokens: 500, messages };
  await anthropic.messages.create(message, told('uncached=25;cache_write_5m=2048;output=80'));
  await drain(
    await anthropic.messages.create({ ...message, stream: true }, told('uncached=12;cache_read=2048;output=33')),
  );
  setTimeout(() => process.exit(0), 7000);
}
void main();
