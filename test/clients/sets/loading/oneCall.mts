import OpenAI from 'openai';

enum Role {
  User = 'user',
}

const { usage } = await new OpenAI().chat.completions.create({
  model: 'm-loaded',
  messages: [{ role: Role.User, content: 'one two three' }],
});
process.stdout.write(`${usage?.total_tokens} tokens\n`);
