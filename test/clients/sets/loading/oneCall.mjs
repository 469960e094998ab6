import OpenAI from 'openai';

const { usage } = await new OpenAI().chat.completions.create({
  model: 'm-loaded',
  messages: [{ role: 'user', content: 'one two three' }],
});
process.stdout.write(`${usage.total_tokens} tokens\n`);
