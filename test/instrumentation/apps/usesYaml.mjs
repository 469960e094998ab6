import OpenAI from 'openai';
import { parse } from 'yaml';

await new OpenAI().chat.completions.create({ model: parse('gpt'), messages: [{ role: 'user', content: 'hello' }] });
