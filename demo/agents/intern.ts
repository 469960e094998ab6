import OpenAI from 'openai';
import { PolicyDeniedError, withAgent, withAttribution } from '@tollgate/node';
import { answering, instructions, readTask } from '../agentTask.ts';

/** Runs in a circle, as agents do, until its budget stops the next call. */
const task = readTask('intern');
const openai = new OpenAI({ apiKey: 'stand-in', baseURL: `${task.providerUrl}/v1` });
const CALLS_MAX = 20;

async function work(): Promise<boolean> {
  try {
    const answer = await openai.chat.completions.create(
      {
        model: 'gpt-4o',
        max_completion_tokens: 300,
        messages: [{ role: 'user', content: `${instructions(200)} Think again.` }],
      },
      answering('output=240'),
    );
    task.say('alan', `gpt-4o                  ${answer.usage?.total_tokens ?? 0} tokens, and no wiser`);
    return true;
  } catch (error) {
    if (!(error instanceof PolicyDeniedError)) throw error;
    task.say('alan', `refused before a byte was sent: ${error.message}`);
    return false;
  }
}

await withAttribution({ user: 'alan', session: task.session('circle'), tags: { demo_gate: task.tags.demo_run } }, () =>
  withAgent('intern', async () => {
    for (let call = 0; call < CALLS_MAX && (await work()); call += 1);
  }),
);
