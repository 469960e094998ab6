// Against the real service: one agent a budget.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { PolicyDeniedError, withAgent } from '@tollgate/node';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';

const openai = new OpenAI({ maxRetries: 0 });
const anthropic = new Anthropic({ maxRetries: 0 });
const messages = [{ role: 'user', content: 'one two three' }];
const chat = (model, more) =>
  openai.chat.completions.create(
    { model, messages, ...more },
    { headers: { 'x-stand-in': 'uncached=1000;output=100' } },
  );
const readAll = async (stream) => {
  let model = null;
  for await (const chunk of stream) ({ model } = chunk);
  return model;
};
const outcome = (promise) =>
  promise.catch((error) =>
    error instanceof PolicyDeniedError
      ? [error.decision.effect, error.decision.reasons.map(({ policy, limit_usd: limit }) => [policy, limit])]
      : String(error),
  );
const child = async () => {
  const file = fileURLToPath(new URL('runChild.cjs', import.meta.url));
  const preload = ['--require', '@tollgate/node/register'];
  const started = spawn(process.execPath, [...preload, file, 'gpt-4o-mini', 'gpt-4o-mini'], { stdio: 'pipe' });
  let stderr = '';
  started.stderr.on('data', (text) => (stderr += text));
  const [code] = await once(started, 'exit');
  return [code, /PolicyDeniedError: (.*)/.exec(stderr)?.[1]];
};

const model = 'gpt-4o';
const seen = {};
const agents = {
  free: async () => (await chat('gpt-4o-mini')).model,
  streaming: async () => readAll(await chat('gpt-4o-mini', { stream: true })),
  claude: async () => (await anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 50, messages })).model,
  denied: async () => (await chat(model, { max_tokens: 1_000 })).model,
  clamped: async () => (await chat(model, { max_tokens: 4_000 })).model,
  downgraded: async () => (await chat(model, { max_tokens: 1_000 })).model,
  approved: async () => (await chat(model, { max_tokens: 1_000 })).model,
  once: async () => (await chat('gpt-4o-mini')).model,
};
for (const [name, run] of Object.entries(agents)) seen[name] = await outcome(withAgent(name, run));
seen.twice = await outcome(withAgent('once', agents.once));
let isCalled = false;
const again = withAgent('once', { enforce: true }, () => (isCalled = true));
seen.enforced = [await outcome(again), isCalled];
seen.mayStart = await outcome(withAgent('free', { enforce: true }, () => 'started'));
seen.run = await withAgent('runner', { run: 'job-1' }, async () => {
  await chat('gpt-4o-mini');
  return child();
});
process.stdout.write(JSON.stringify(seen));
