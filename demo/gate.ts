import { printTable } from '../bench/table.ts';
import { DemoError, type Service } from './api.ts';

const LIMIT_USD = '0.02';

interface CounterStatus {
  readonly limit_usd: string;
  readonly spent_usd: string;
  readonly reserved_usd: string;
  readonly left_usd: string;
}

/** A budget for the calls of this run's intern; false where the key may not make one. */
export async function makeBudget(service: Service, run: string): Promise<boolean> {
  const budget = {
    match: { agent: 'intern', 'tag.demo_gate': run },
    window: 'day',
    limit: { usd: LIMIT_USD },
    // A whole answer or none.
    min_output_tokens: 300,
  };
  const response = await call(service, 'PUT', nameOf(run), budget);
  if (response.status === 401 || response.status === 403) return false;
  if (!response.ok) throw new DemoError(`The budget was answered with ${response.status}: ${await response.text()}`);
  return true;
}

export async function printBudget(service: Service, run: string, billedCalls: number): Promise<void> {
  const response = await call(service, 'GET', `${nameOf(run)}/status`);
  if (!response.ok) throw new DemoError(`The status was answered with ${response.status}: ${await response.text()}`);
  const { items } = (await response.json()) as { items: readonly CounterStatus[] };
  printTable(
    'The budget that stopped the intern',
    ['limit (USD)', 'spent', 'reserved', 'left', 'calls the provider saw'],
    items.map(({ limit_usd: limit, spent_usd: spent, reserved_usd: reserved, left_usd: left }) => [
      limit,
      spent,
      reserved,
      left,
      billedCalls,
    ]),
  );
}

export async function removeBudget(service: Service, run: string): Promise<void> {
  await call(service, 'DELETE', nameOf(run));
}

const nameOf = (run: string): string => `demo-${run}`;

function call({ apiUrl, apiKey }: Service, method: string, path: string, body?: object): Promise<Response> {
  const authorization = apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  return fetch(`${apiUrl}/api/v1/budgets/${path}`, {
    method,
    headers: body === undefined ? authorization : { ...authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
