import OpenAI from 'openai';

export const ask = () =>
  new OpenAI().chat.completions.create({ model: 'm-loaded', messages: [{ role: 'user', content: 'one two three' }] });
