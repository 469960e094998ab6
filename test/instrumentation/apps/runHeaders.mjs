// An application whose transports propagate context to wherever they call, as undici's instrumentation does.
import { context, propagation, trace } from '@opentelemetry/api';
import { AttributionSpanProcessor, withAgent, withAttribution } from '@tollgate/node';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { register } from './sdk.cjs';

register(process.env.PROCESSOR === 'yes' ? [new AttributionSpanProcessor()] : []);
const tracer = trace.getTracer('transport');
const inject = () => {
  const headers = {};
  propagation.inject(context.active(), headers);
  return headers;
};
const openai = new OpenAI({
  fetch: (url, init) =>
    tracer.startActiveSpan('POST', (span) => {
      const headers = new Headers(init.headers);
      for (const [name, value] of Object.entries(inject())) headers.set(name, value);
      span.end();
      return fetch(url, { ...init, headers });
    }),
});
const anthropic = new Anthropic();
const messages = [{ role: 'user', content: 'hello' }];
const seen = {};
await withAttribution({ user: 'u1', run: 'r1' }, async () => {
  seen.rootless = inject();
  await openai.chat.completions.create({ model: 'rootless', messages });
  await withAgent('planner', async () => {
    seen.inside = inject();
    await openai.chat.completions.create({ model: 'inside', messages });
    await anthropic.messages.create({ model: 'claude', max_tokens: 9, messages });
    await tracer.startActiveSpan('work', async (span) => {
      seen.work = inject();
      span.end();
    });
  });
});
await tracer.startActiveSpan('outer', async (span) => {
  await withAttribution({ run: 'r2' }, async () => {
    seen.outer = inject();
    trace.getActiveSpan().setAttribute('still', 'the same span');
    await openai.chat.completions.create({ model: 'outer', messages });
  });
  seen.after = inject();
  seen.still = span.attributes.still;
  span.end();
});
process.stderr.write(`seen: ${JSON.stringify(seen)}\n`);
