// The Anthropic SDK's own tracing where calls go wrong: retries, streams that the caller leaves, streams that break.
import Anthropic from '@anthropic-ai/sdk';
import { asAgent, startTracing } from './openTelemetry.mjs';

const provider = startTracing('anthropic-faults');
const client = new Anthropic({ maxRetries: 2 });
const ask = (content, directives) => [
  { model: 'claude-haiku-4-5', max_tokens: 500, messages: [{ role: 'user', content }] },
  { headers: { 'x-stand-in': directives } },
];
const stream = async (content, directives) => {
  const [body, options] = ask(content, directives);
  return client.messages.create({ ...body, stream: true }, options);
};

await asAgent('researcher', { user: 'user-1', conversation: 'conversation-1' }, async () => {
  await client.messages.create(...ask('refused once', 'uncached=25;output=80;status=529;times=1'));
  let seen = 0;
  const left = await stream('the caller leaves', 'uncached=31;cache_read=2048;output=120;chunk_delay_ms=5');
  for await (const event of left) if (event.type === 'content_block_delta' && ++seen === 3) break;
  const aborted = client.messages.stream(...ask('aborted', 'uncached=12;output=90;chunk_delay_ms=5'));
  aborted.once('text', () => aborted.abort());
  await aborted.finalMessage().catch(() => {});
  const broken = await stream(
    'the connection goes',
    'uncached=14;cache_write_5m=1024;output=44;reset_after=6;chunk_delay_ms=5',
  );
  try {
    for await (const event of broken) void event;
  } catch {
    // expected: the stand-in resets the connection
  }
  await client.messages.create(...ask('refused for good', 'status=400')).catch(() => {});
});
await provider.shutdown();
