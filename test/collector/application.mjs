import OpenAI from 'openai';
import { withAgent, withAttribution } from '@tollgate/node';

/**
 * An application as anybody's: `node --require @tollgate/node/register application.mjs PROVIDER_URL CALLS PAUSE_MS FIRST`. Call
 * number N has N tokens of input, so that no two cost the same. It ends after CALLS, or when its stdin does.
 */
const [, , providerUrl = '', calls = '0', pauseMs = '0', first = '1'] = process.argv;
const openai = new OpenAI({ apiKey: 'stand-in', baseURL: `${providerUrl}/v1` });

let isOver = false;
process.stdin.on('end', () => (isOver = true)).resume();
process.stdin.unref?.();

for (let number = Number(first); number < Number(first) + Number(calls) && !isOver; number += 1) {
  await withAttribution({ user: `user-${number % 3}`, session: `session-${number % 5}` }, () =>
    withAgent('shopper', async () => {
      const stream = number % 2 === 0;
      const answer = await openai.chat.completions.create(
        { model: 'gpt-4o', messages: [{ role: 'user', content: 'What is there to buy?' }], stream },
        { headers: { 'x-stand-in': `uncached=${number};output=${(number % 7) + 1}` } },
      );
      if (stream) for await (const chunk of answer) void chunk;
    }),
  );
  if (Number(pauseMs) > 0) await new Promise((resolve) => setTimeout(resolve, Number(pauseMs)));
}
process.stdin.destroy();
