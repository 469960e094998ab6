'use strict';
const { OpenAI } = require('openai');

void new OpenAI().chat.completions
  .create({ model: 'm-loaded', messages: [{ role: 'user', content: 'one two three' }] })
  .then(({ usage }) => process.stdout.write(`${usage.total_tokens} tokens\n`));
