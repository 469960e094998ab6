import { OpenAI } from 'openai';

enum Role {
  User = 'user',
}

void new OpenAI().chat.completions
  .create({ model: process.env['MODEL'] ?? '', messages: [{ role: Role.User, content: 'one two three' }] })
  .then(({ usage }) => process.stdout.write(`${usage?.total_tokens} tokens\n`));
