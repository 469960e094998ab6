import OpenAI from 'openai';

enum Role {
  User = 'user',
}

const { usage } = await new OpenAI().chat.completions.create({
  model: process.env['MODEL'] ?? '',
  messages: [{ role: Role.User, content: 'one two three' }],
});
process.stdout.write(`${usage?.total_tokens} tokens\n`);
