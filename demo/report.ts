import { printTable } from '../bench/table.ts';
import { ask } from './api.ts';
import type { CostSums, Costs, Service } from './api.ts';
import type { BilledCall } from './provider/startProvider.ts';

const DIMENSIONS = ['agent', 'user', 'session', 'model'] as const;

interface CallRow {
  readonly trace_id: string;
  readonly span_id: string;
  readonly model: string | null;
  readonly agent: string | null;
  readonly user: string | null;
  readonly session: string | null;
  readonly cost_usd: string | null;
  readonly unpriced_reason: string | null;
}

/** Prints what the run cost, out of the API alone. `filter` is the query parameter that limits it to the run. */
export async function printReport(
  service: Service,
  filter: string,
  totals: CostSums,
  billed: readonly BilledCall[],
): Promise<void> {
  for (const dimension of DIMENSIONS) {
    const { groups } = await ask<Costs>(service, `/api/v1/costs?group_by=${dimension}&period=24h&${filter}`);
    printTable(
      `Cost by ${dimension}`,
      [dimension, 'cost (USD)', ...SUM_COLUMNS],
      [...groups.map((group) => [String(group[dimension]), ...sums(group)]), ['total', ...sums(totals)]],
    );
  }
  await printUnpriced(service, filter);
  printReconciliation(totals, billed);
  await printPointers(service, filter);
}

const SUM_COLUMNS = [
  'calls',
  'unpriced',
  'errors',
  'input',
  'cache read',
  'cache write',
  'output',
  'reasoning',
] as const;

function sums(group: CostSums): (string | number | null)[] {
  return [
    group.cost_usd,
    group.calls,
    group.unpriced_calls,
    group.error_calls,
    group.input_tokens,
    group.cache_read_tokens,
    group.cache_write_tokens,
    group.output_tokens,
    group.reasoning_tokens,
  ];
}

async function printUnpriced(service: Service, filter: string): Promise<void> {
  const { items } = await ask<{ items: CallRow[] }>(service, `/api/v1/calls?cost_status=unpriced&period=24h&${filter}`);
  const rows = items.map((call) => [call.model, call.agent, call.user, call.unpriced_reason]);
  printTable('Calls without a price: unknown is never zero', ['model', 'agent', 'user', 'reason'], rows);
}

/** The stand-in provider keeps its own books: the tokens it bills must be the tokens that were counted. */
function printReconciliation(totals: CostSums, billed: readonly BilledCall[]): void {
  const sum = (pick: (call: BilledCall) => number): number => billed.reduce((total, call) => total + pick(call), 0);
  printTable(
    'The provider’s own books',
    ['', 'calls paid for', 'input', 'cache read', 'cache write', 'output', 'reasoning'],
    [
      [
        'provider',
        billed.length,
        sum(({ tokens }) => tokens.uncached + tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h),
        sum(({ tokens }) => tokens.cacheRead),
        sum(({ tokens }) => tokens.cacheWrite5m + tokens.cacheWrite1h),
        sum(({ tokens }) => tokens.output),
        sum(({ tokens }) => tokens.reasoning),
      ],
      [
        'tollgate',
        totals.calls - totals.error_calls,
        totals.input_tokens,
        totals.cache_read_tokens,
        totals.cache_write_tokens,
        totals.output_tokens,
        totals.reasoning_tokens,
      ],
    ],
  );
}

async function printPointers(service: Service, filter: string): Promise<void> {
  const { items } = await ask<{ items: CallRow[] }>(
    service,
    `/api/v1/calls?sort=-cost_usd&limit=1&period=24h&${filter}`,
  );
  const dearest = items[0];
  const key = service.apiKey === null ? '' : '-H "Authorization: Bearer $TOLLGATE_API_KEY" ';
  const curl = (path: string): string => `  curl -s ${key}'${service.apiUrl}${path}'`;
  const lines = [
    'What each agent spends on each model:',
    curl(`/api/v1/costs?group_by=agent,model&period=24h&${filter}`),
    'Where a user’s money went:',
    curl('/api/v1/users/ada?period=24h'),
  ];
  if (dearest !== undefined) {
    lines.push(
      `The dearest call (${dearest.model ?? 'no model'}, ${dearest.cost_usd ?? 'no price'} USD): its price bucket by bucket, and its trace:`,
      curl(`/api/v1/calls/${dearest.trace_id}/${dearest.span_id}`),
      curl(`/api/v1/traces/${dearest.trace_id}`),
    );
  }
  lines.push('Everything the API answers:', curl('/openapi.json'));
  process.stdout.write(`\n### Where to look further\n\n${lines.join('\n')}\n`);
}
