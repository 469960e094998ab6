import OpenAI from 'openai';

export const ask = () =>
  new OpenAI().chat.completions.create({
    model: process.env.MODEL,
    messages: [{ role: 'user', content: 'one two three' }],
  });
