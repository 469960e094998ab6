'use strict';
const OpenAI = require('openai');
const Anthropic = require('@anthropic-ai/sdk');
const { withAttribution } = require('@tollgate/node');

const messages = [{ role: 'user', content: 'hello' }];
void withAttribution({ user: 'u1' }, async () => {
  for await (const _chunk of await new OpenAI().chat.completions.create({ model: 'gpt', messages, stream: true }));
  await new Anthropic().messages.create({ model: 'claude', max_tokens: 9, messages });
});
