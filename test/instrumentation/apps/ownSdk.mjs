import { AttributionSpanProcessor, withAgent, withAttribution } from '@tollgate/node';
import OpenAI from 'openai';
import { early, register } from './sdk.cjs';

const client = new OpenAI();
const call = (model) => client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hello' }] });

if (process.env.REGISTER === 'late') await call('before');
if (process.env.REGISTER === 'late' || process.env.REGISTER === 'in-code') register();
if (process.env.REGISTER === 'with-processor') register([new AttributionSpanProcessor()]);
await withAttribution({ user: 'u1' }, () =>
  withAgent('planner', { session: 's1' }, () =>
    early.startActiveSpan('own', async (span) => {
      await call('after');
      span.end();
    }),
  ),
);
