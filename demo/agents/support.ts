import OpenAI from 'openai';
import { withAgent, withAttribution } from '@tollgate/node';
import { answering, instructions, readTask } from '../agentTask.ts';

/** Answers customers: an embedding to find the article, then a streamed answer. Its long instructions get cached. */
const task = readTask('support');
const openai = new OpenAI({ apiKey: 'stand-in', baseURL: `${task.providerUrl}/v1` });
type Messages = OpenAI.ChatCompletionMessageParam[];

async function reply(user: string, messages: Messages, question: string, outputTokens: number): Promise<string> {
  await openai.embeddings.create({ model: 'text-embedding-3-small', input: question });
  task.say(user, 'text-embedding-3-small  finds the article');
  messages.push({ role: 'user', content: question });
  const stream = await openai.chat.completions.create(
    { model: 'gpt-4o-mini', messages, stream: true },
    answering(`output=${outputTokens}`),
  );
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  messages.push({ role: 'assistant', content: text });
  task.say(user, `gpt-4o-mini             streams ${text.split(' ').length} words`);
  return text;
}

const system = (): Messages => [{ role: 'system', content: instructions(1200) }];

await withAttribution({ user: 'ada', session: task.session('parcel'), tags: task.tags }, () =>
  withAgent('support', async () => {
    const messages = system();
    await reply('ada', messages, 'Where is my parcel and when will it arrive?', 180);
    await reply('ada', messages, 'Can it be delivered to my neighbour instead?', 140);
  }),
);

await withAttribution({ user: 'grace', session: task.session('returns'), tags: task.tags }, () =>
  withAgent('support', async () => {
    await reply('grace', system(), 'How do I send back shoes that do not fit?', 200);
    await openai.chat.completions.create(
      { model: 'acme-translate-1', messages: [{ role: 'user', content: 'Translate the answer into German, please.' }] },
      answering('output=220'),
    );
    task.say('grace', 'acme-translate-1        answers; nobody knows its price');
  }),
);
