import Anthropic from '@anthropic-ai/sdk';
import { withAgent, withAttribution } from '@tollgate/node';
import { answering, instructions, readTask } from '../agentTask.ts';

/** Thinks, searches the web, and marks its instructions for the prompt cache; meets a provider that is too busy. */
const task = readTask('researcher');
const anthropic = new Anthropic({ apiKey: 'stand-in', baseURL: task.providerUrl });

const cached = (words: number, ttl: '5m' | '1h'): Anthropic.TextBlockParam[] => [
  { type: 'text', text: instructions(words), cache_control: { type: 'ephemeral', ttl } },
];

await withAttribution({ user: 'ada', session: task.session('carriers'), tags: task.tags }, () =>
  withAgent('researcher', async () => {
    const base = { model: 'claude-sonnet-5', max_tokens: 4000, system: cached(2000, '5m') };
    const messages: Anthropic.MessageParam[] = [
      { role: 'user', content: 'Which carriers deliver on Sundays in Bavaria?' },
    ];
    const first = await anthropic.messages
      .stream({ ...base, messages }, answering('output=900;reasoning=600'))
      .finalText();
    task.say('ada', 'claude-sonnet-5         thinks, then streams; writes its instructions to the cache');
    messages.push({ role: 'assistant', content: first }, { role: 'user', content: 'And what do they charge for it?' });
    await anthropic.messages.create({ ...base, messages }, answering('output=450;web_search=3'));
    task.say('ada', 'claude-sonnet-5         searches the web three times; reads the cache');
  }),
);

await withAttribution({ user: 'linus', session: task.session('summary'), tags: task.tags }, () =>
  withAgent('researcher', async () => {
    const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Summarise the findings for the board.' }];
    const params = { model: 'claude-haiku-4-5', max_tokens: 1000, system: cached(1500, '1h'), messages };
    await anthropic.messages.create(params, answering('output=250'));
    task.say('linus', 'claude-haiku-4-5        answers; keeps its instructions cached for an hour');
    const refused = await anthropic.messages.create(params, { ...answering('status=429'), maxRetries: 0 }).then(
      () => null,
      (error: unknown) => error,
    );
    if (!(refused instanceof Anthropic.RateLimitError)) throw new Error('expected the provider to refuse with 429');
    task.say('linus', 'claude-haiku-4-5        is refused: 429, too many requests');
    await anthropic.messages.create(params, answering('output=260;status=529;times=1'));
    task.say('linus', 'claude-haiku-4-5        answers at the second attempt');
  }),
);
