import Anthropic from '@anthropic-ai/sdk';
import { withAttribution } from '@tollgate/node';
import OpenAI from 'openai';

const messages = [{ role: 'user', content: 'hello' }];
await withAttribution({ user: 'u1' }, async () => {
  for await (const _chunk of await new OpenAI().chat.completions.create({ model: 'gpt', messages, stream: true }));
  await new Anthropic().messages.create({ model: 'claude', max_tokens: 9, messages });
});
