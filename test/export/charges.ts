import type { PricedCall } from '../../src/call.ts';
import { formatUsd, parseUsd } from '../../src/money.ts';
import { emptyUsage } from '../../src/usage.ts';
import { aCall, nanoOf, noSubject, openTestApi, unpriced, type TestApi } from '../api/fill.ts';
import type { StoreKind } from '../support/database.ts';

const priced = (parts: Readonly<Record<string, string>>, changes: object = {}): PricedCall['price'] => {
  const partsFemtoUsd = Object.fromEntries(Object.entries(parts).map(([kind, usd]) => [kind, parseUsd(usd) ?? 0n]));
  return {
    status: 'priced',
    costFemtoUsd: Object.values(partsFemtoUsd).reduce((sum, part) => sum + part, 0n),
    partsFemtoUsd,
    source: 'default',
    card: 'anthropic/claude-sonnet-4-5',
    effectiveFrom: null,
    serviceTier: 'standard',
    ...changes,
  };
};

const claude = { provider: 'anthropic', model: 'claude-sonnet-4-5' };
const at = (time: string) => ({ startUnixNano: nanoOf(`2026-03-31T${time}Z`) });
const of = (agent: string | null, user: string | null = null) => ({
  own: { ...noSubject, agent, user, tags: { team: '=blue' } },
});

/** What the tests below reckon with, at $3 a million input tokens, $0.30 cached, $15 output and $10 a thousand searches. */
const calls: readonly PricedCall[] = [
  // 1000 × 3e-6 + 8000 × 0.3e-6 + 200 × 15e-6 = 0.003 + 0.0024 + 0.003
  aCall(1, {
    ...claude,
    ...at('12:00:00'),
    ...of('bot', 'u1'),
    usage: { ...emptyUsage, input_uncached: 1000, cache_read: 8000, output: 200, reasoning: 50 },
    price: priced({ input_uncached: '0.003', cache_read: '0.0024', output: '0.003' }),
  }),
  // The same price in the same hour: 3000 × 3e-6 + 100 × 15e-6 + 2 searches
  aCall(2, {
    ...claude,
    ...at('12:59:59'),
    ...of('bot', 'u1'),
    usage: { ...emptyUsage, input_uncached: 3000, output: 100, other: { web_search_requests: 2 } },
    price: priced({ input_uncached: '0.009', output: '0.0015', web_search_requests: '0.02' }),
  }),
  // Long context has another price for the same kind: 6e-6
  aCall(3, {
    ...claude,
    ...at('12:30:00'),
    ...of('bot', 'u1'),
    usage: { ...emptyUsage, input_uncached: 300_000, output: 0 },
    price: priced({ input_uncached: '1.8' }),
  }),
  // The provider's own sum, which has no parts
  aCall(4, {
    ...at('13:00:00'),
    ...of('cat'),
    provider: 'openrouter',
    model: 'qwen/qwen3-max',
    usage: { ...emptyUsage, input_uncached: 10, output: 5 },
    price: priced({}, { status: 'reported', source: 'provider', card: null, costFemtoUsd: parseUsd('0.0123') ?? 0n }),
  }),
  aCall(5, { ...at('13:10:00'), ...of('cat'), provider: null, model: 'home-made', price: unpriced }),
  // Refused by the provider: nothing consumed, nothing billed
  aCall(6, { ...at('13:20:00'), ...of(null), usage: emptyUsage, status: 'error', price: priced({}, { card: null }) }),
  // A price of the tenant's own, with a fee for the request
  aCall(7, {
    ...at('14:00:00'),
    ...of('=cmd|calc', '@sum'),
    provider: 'perplexity',
    model: 'sonar',
    usage: { ...emptyUsage, input_uncached: 7, output: 3 },
    price: priced({ input_uncached: '0.000007', output: '0.000003', requests: '0.005' }, { source: 'custom' }),
  }),
  aCall(8, { ...at('14:30:00'), role: 'container', containerRule: 'invoke_agent' }),
];

/** 0.0084 + 0.0305 + 1.8 + 0.0123 + 0 + 0.00501 */
export const SUM_USD = '1.85621';

export async function openFilled(kind: StoreKind): Promise<TestApi> {
  const api = await openTestApi(kind);
  await api.fill(calls);
  return api;
}

/** Reads what `csvLine` writes, quotes and all, without knowing how it writes. */
export function readCsv(text: string): Record<string, string>[] {
  const rows: string[][] = [];
  let cell = '';
  let row: string[] = [];
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text.charAt(at + 1) === '"') cell += text.charAt((at += 1));
      else isQuoted = false;
    } else if (character === '"') isQuoted = true;
    else if (character === ',') {
      row.push(cell);
      cell = '';
    } else if (character === '\r' && text.charAt(at + 1) === '\n') {
      rows.push([...row, cell]);
      row = [];
      cell = '';
      at += 1;
    } else cell += character;
  }
  if (cell !== '' || row.length > 0) throw new Error(`the last line has no end: ${JSON.stringify(cell)}`);
  const [names = [], ...lines] = rows;
  return lines.map((cells) => {
    if (cells.length !== names.length) throw new Error(`${cells.length} cells under ${names.length} names`);
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}

export function sumUsd(rows: readonly Record<string, string>[], column: string): string {
  return formatUsd(rows.reduce((sum, row) => sum + (parseUsd(row[column] ?? '') ?? 0n), 0n));
}

export function sumOf(rows: readonly Record<string, string>[], column: string): number {
  return rows.reduce((sum, row) => sum + Number(row[column]), 0);
}
