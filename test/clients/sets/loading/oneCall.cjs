'use strict';
const { OpenAI } = require('openai');

const ask = () =>
  new OpenAI().chat.completions.create({
    model: process.env.MODEL,
    messages: [{ role: 'user', content: 'one two three' }],
  });

void (async () => {
  for (let left = Number(process.env.CALLS ?? 1); left > 0; left -= 1) {
    const { usage } = await ask();
    process.stdout.write(`${usage.total_tokens} tokens\n`);
  }
})();
