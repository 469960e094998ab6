// The Anthropic SDK traces by itself once a tracer provider is there.
import Anthropic from '@anthropic-ai/sdk';
import { asAgent, startTracing } from './openTelemetry.mjs';

const provider = startTracing('anthropic-native');
const client = new Anthropic({ maxRetries: 0 });
const ask = (content, directives) => [
  { model: 'claude-sonnet-4-5', max_tokens: 500, messages: [{ role: 'user', content }] },
  { headers: { 'x-stand-in': directives } },
];

await asAgent('researcher', { user: 'user-1', conversation: 'conversation-1' }, async () => {
  await client.messages.create(
    ...ask('write the cache', 'uncached=25;cache_write_5m=2048;cache_write_1h=512;output=80'),
  );
  await client.messages.create(...ask('read the cache', 'uncached=31;cache_read=2560;output=120;reasoning=40'));
  const [body, options] = ask('stream', 'uncached=12;cache_read=2560;output=33');
  for await (const event of await client.messages.create({ ...body, stream: true }, options)) void event;
  await client.messages.stream(...ask('stream with the accumulating client', 'uncached=14;output=44')).finalMessage();
  await client.messages.create(...ask('refused', 'status=529')).catch(() => {});
});
await provider.shutdown();
