import { AGENTS } from './filledTraffic.ts';

/** Budgets of a company with agents: calendar and rolling windows, one counter or thousands, some of them used up. */
const budgets: Readonly<Record<string, object>> = {
  'whole-company-monthly': { window: 'month', limit: { usd: '60000' }, mode: 'shadow' },
  'agents-daily': { per: ['agent'], window: 'day', limit: { usd: '60' }, on_exceed: 'warn' },
  'users-daily': { per: ['user'], match: { environment: 'production' }, window: 'day', limit: { usd: '5' } },
  'support-bot-daily': { match: { agent: 'support-bot' }, window: 'day', limit: { usd: '0.5' } },
  'research-weekly': { match: { agent: 'research-*' }, window: 'week', limit: { usd: '3000' }, on_exceed: 'warn' },
  'staging-rolling': { match: { environment: 'staging' }, window: 'rolling:24h', limit: { usd: '150' } },
  'opus-needs-approval': {
    match: { model: 'claude-opus-*' },
    window: 'day',
    limit: { usd: '0.01' },
    on_exceed: 'require_approval',
  },
  'tokens-daily': { per: ['model'], window: 'day', limit: { tokens: 500_000_000 }, on_exceed: 'warn' },
};

async function send(url: string, method: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${await answer.text()}`);
  await answer.arrayBuffer();
}

export async function putBudgets(apiUrl: string): Promise<void> {
  for (const [name, budget] of Object.entries(budgets)) await send(`${apiUrl}/api/v1/budgets/${name}`, 'PUT', budget);
}

const DECISIONS = 200;

/** Questions of all agents in turn: some are refused, some wait for a person; that is what alerts and approvals are made of. */
export async function askDecisions(apiUrl: string): Promise<void> {
  for (let index = 0; index < DECISIONS; index += 1) {
    await send(`${apiUrl}/policy/v1/decisions`, 'POST', {
      subject: { agent: AGENTS[index % AGENTS.length], user: `user-${index}`, environment: 'production' },
      call: {
        provider: index % 10 === 0 ? 'anthropic' : 'openai',
        model: index % 10 === 0 ? 'claude-opus-4-1' : 'gpt-4o',
        input_tokens: 2_000,
        max_output_tokens: 800,
      },
    });
  }
}
