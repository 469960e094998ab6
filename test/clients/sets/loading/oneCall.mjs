import OpenAI from 'openai';

const { usage } = await new OpenAI().chat.completions.create({
  model: process.env.MODEL,
  messages: [{ role: 'user', content: 'one two three' }],
});
process.stdout.write(`${usage.total_tokens} tokens\n`);
