// The Anthropic SDK under a package that patches it: `instrumentedAnthropic.cjs PACKAGE`.
// The SDK's own tracing is on as well unless ANTHROPIC_OPEN_TELEMETRY=false.
const { startTracing, asAgent } = require('./openTelemetry.mjs');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AnthropicInstrumentation } = require(process.argv[2]);

const provider = startTracing('anthropic-app');
registerInstrumentations({ instrumentations: [new AnthropicInstrumentation()], tracerProvider: provider });
const { Anthropic } = require('@anthropic-ai/sdk');
const client = new Anthropic({ maxRetries: 0 });
const ask = (content, directives) => [
  { model: 'claude-haiku-4-5', max_tokens: 500, messages: [{ role: 'user', content }] },
  { headers: { 'x-stand-in': directives } },
];

async function main() {
  await asAgent('researcher', { user: 'user-1', conversation: 'conversation-1' }, async () => {
    await client.messages.create(...ask('write the cache', 'uncached=25;cache_write_5m=2048;output=80'));
    await client.messages.create(...ask('read the cache', 'uncached=31;cache_read=2048;output=120;reasoning=40'));
    const [body, options] = ask('stream', 'uncached=12;cache_read=2048;output=33');
    for await (const event of await client.messages.create({ ...body, stream: true }, options)) void event;
    await client.messages
      .stream(...ask('accumulate a stream', 'uncached=14;cache_write_5m=1024;output=44'))
      .finalMessage();
    await client.messages.create(...ask('refused', 'status=529')).catch(() => {});
  });
  await provider.shutdown();
}
void main();
