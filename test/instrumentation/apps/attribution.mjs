import { trace } from '@opentelemetry/api';
import { recordLlmCall, withAgent, withAttribution } from '@tollgate/node';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const openai = new OpenAI();
const anthropic = new Anthropic();
const call = (model) => openai.chat.completions.create({ model, messages: [{ role: 'user', content: 'hello' }] });
const tracer = trace.getTracer('app');

await call('outside');
await withAttribution({ user: 'u1', session: 's1', run: 'r1', tags: { feature: 'faq', plan: 'free' } }, async () => {
  await call('inside');
  await tracer.startActiveSpan('work', async (span) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await call('nested');
    span.end();
  });
  await withAttribution({ user: 'u2', tags: { plan: 'paid' } }, () => call('overridden'));
  await call('restored');
});
const answer = await withAgent('planner', { user: 'u3' }, async () => {
  const stream = anthropic.messages.stream({
    model: 'claude',
    max_tokens: 9,
    messages: [{ role: 'user', content: 'hello' }],
  });
  await stream.finalMessage();
  recordLlmCall({
    provider: 'aws.bedrock',
    model: 'nova',
    usage: { input_uncached: 10, cache_read: 90, cache_write_1h: 5, output: 7, other: { web_search_requests: 1 } },
  });
  recordLlmCall({ provider: 'cohere', model: 'command', usage: {}, errorType: '500' });
  return 'answer';
});
const failed = await withAgent('failing', async () => {
  throw new TypeError('mine');
}).catch((error) => error.message);
const sync = withAgent('sync', {}, () => 'plain value');
await Promise.all(
  ['a', 'b'].map((user) =>
    withAttribution({ user }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await call(`parallel-${user}`);
    }),
  ),
);
process.stdout.write(JSON.stringify({ answer, failed, sync }));
