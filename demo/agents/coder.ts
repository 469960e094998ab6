import OpenAI from 'openai';
import { withAgent, withAttribution } from '@tollgate/node';
import { answering, instructions, readTask } from '../agentTask.ts';

/** Writes code with reasoning models over the Responses API, plain and streamed; its nightly job works for no user. */
const task = readTask('coder');
const openai = new OpenAI({ apiKey: 'stand-in', baseURL: `${task.providerUrl}/v1` });

await withAttribution({ user: 'linus', session: task.session('label'), tags: task.tags }, () =>
  withAgent('coder', async () => {
    const plan = await openai.responses.create(
      { model: 'gpt-5-mini', instructions: instructions(60), input: 'Plan a label printer driver.' },
      answering('output=1500;reasoning=1100'),
    );
    task.say('linus', `gpt-5-mini              reasons, then answers ${plan.output_text.split(' ').length} words`);
    const stream = await openai.responses.create(
      { model: 'gpt-5-mini', instructions: instructions(60), input: 'Write its parser.', stream: true },
      answering('output=800;reasoning=300'),
    );
    let words = 0;
    for await (const event of stream)
      if (event.type === 'response.output_text.done') words = event.text.split(' ').length;
    task.say('linus', `gpt-5-mini              streams ${words} words of code`);
  }),
);

await withAttribution({ session: task.session('nightly'), tags: task.tags }, () =>
  withAgent('coder', async () => {
    await openai.chat.completions.create(
      { model: 'o4-mini', messages: [{ role: 'user', content: 'Review the changes of the day.' }] },
      answering('output=400;reasoning=256'),
    );
    task.say('–', 'o4-mini                 reviews the day’s changes');
  }),
);
