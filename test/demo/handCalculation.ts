/**
 * What the demo's calls cost, by hand, in nano-USD (1e-9 USD): at 1 USD per million tokens a token costs 1000 of them, so
 * every figure is a whole number. The tokens are counted in the agents' own texts: a word a token.
 */
interface HandCall {
  readonly agent: string;
  readonly user: string;
  readonly session: string;
  readonly model: string;
  /** Null: nobody knows the price. */
  readonly nanoUsd: number | null;
}

/** Nano-USD a token, from the list price in USD per million tokens. */
const perMillion = (usd: number): number => Math.round(usd * 1000);

const embedding = { input: perMillion(0.02) };
const gpt4oMini = { input: perMillion(0.15), cached: perMillion(0.075), output: perMillion(0.6) };
const gpt5Mini = { input: perMillion(0.25), output: perMillion(2) };
const o4Mini = { input: perMillion(1.1), output: perMillion(4.4) };
const sonnet5 = { input: perMillion(2), read: perMillion(0.2), write5m: perMillion(2.5), output: perMillion(10) };
const haiku45 = { input: perMillion(1), read: perMillion(0.1), write1h: perMillion(2), output: perMillion(5) };
/** 10 USD a thousand searches: 0.01 USD each. */
const WEB_SEARCH = 10_000_000;

const support = (user: string, session: string) => (model: string, nanoUsd: number | null) => ({
  agent: 'support',
  user,
  session,
  model,
  nanoUsd,
});
const parcel = support('ada', 'parcel');
const returns = support('grace', 'returns');

export const handCalls: readonly HandCall[] = [
  // "Where is my parcel and when will it arrive?": 9 words; the instructions' 1200 are new.
  parcel('text-embedding-3-small', 9 * embedding.input),
  parcel('gpt-4o-mini-2024-07-18', (1200 + 9) * gpt4oMini.input + 180 * gpt4oMini.output),
  // "Can it be delivered to my neighbour instead?": 8 words, after the first question and its answer of 180.
  // Of the instructions floor(1200 / 128) * 128 = 1152 tokens are read from the cache.
  parcel('text-embedding-3-small', 8 * embedding.input),
  parcel(
    'gpt-4o-mini-2024-07-18',
    (1200 - 1152 + 9 + 180 + 8) * gpt4oMini.input + 1152 * gpt4oMini.cached + 140 * gpt4oMini.output,
  ),
  // "How do I send back shoes that do not fit?": 10 words; the instructions are in the cache.
  returns('text-embedding-3-small', 10 * embedding.input),
  returns(
    'gpt-4o-mini-2024-07-18',
    (1200 - 1152 + 10) * gpt4oMini.input + 1152 * gpt4oMini.cached + 200 * gpt4oMini.output,
  ),
  returns('acme-translate-1', null),
  // "Which carriers deliver on Sundays in Bavaria?": 7 words; 2000 written for five minutes; 900 out, thinking included.
  {
    agent: 'researcher',
    user: 'ada',
    session: 'carriers',
    model: 'claude-sonnet-5',
    nanoUsd: 7 * sonnet5.input + 2000 * sonnet5.write5m + 900 * sonnet5.output,
  },
  // "And what do they charge for it?": 7 words, after 7 and the 300 visible ones of the answer; three web searches.
  {
    agent: 'researcher',
    user: 'ada',
    session: 'carriers',
    model: 'claude-sonnet-5',
    nanoUsd: (7 + 300 + 7) * sonnet5.input + 2000 * sonnet5.read + 450 * sonnet5.output + 3 * WEB_SEARCH,
  },
  // "Summarise the findings for the board.": 6 words; 1500 written for an hour.
  {
    agent: 'researcher',
    user: 'linus',
    session: 'summary',
    model: 'claude-haiku-4-5-20251001',
    nanoUsd: 6 * haiku45.input + 1500 * haiku45.write1h + 250 * haiku45.output,
  },
  // Refused with 429: no answer names a model, and no provider bills it.
  { agent: 'researcher', user: 'linus', session: 'summary', model: 'claude-haiku-4-5', nanoUsd: 0 },
  // 529, then the answer: one call.
  {
    agent: 'researcher',
    user: 'linus',
    session: 'summary',
    model: 'claude-haiku-4-5-20251001',
    nanoUsd: 6 * haiku45.input + 1500 * haiku45.read + 260 * haiku45.output,
  },
  // 60 words of instructions and "Plan a label printer driver.", 5; the 1100 of reasoning are inside the 1500.
  {
    agent: 'coder',
    user: 'linus',
    session: 'label',
    model: 'gpt-5-mini-2025-08-07',
    nanoUsd: (60 + 5) * gpt5Mini.input + 1500 * gpt5Mini.output,
  },
  // "Write its parser.": 3 words.
  {
    agent: 'coder',
    user: 'linus',
    session: 'label',
    model: 'gpt-5-mini-2025-08-07',
    nanoUsd: (60 + 3) * gpt5Mini.input + 800 * gpt5Mini.output,
  },
  // "Review the changes of the day.": 6 words, for nobody.
  {
    agent: 'coder',
    user: '(none)',
    session: 'nightly',
    model: 'o4-mini-2025-04-16',
    nanoUsd: 6 * o4Mini.input + 400 * o4Mini.output,
  },
];

/** `[name, cost in USD, calls]` of every group, as the demo's tables must show them; `–` where no call has a price. */
export function handTotals(dimension: 'agent' | 'user' | 'session' | 'model'): [string, string, number][] {
  const groups = new Map<string, HandCall[]>();
  for (const call of handCalls) groups.set(call[dimension], [...(groups.get(call[dimension]) ?? []), call]);
  return [...groups].map(([name, calls]) => [name, sumUsd(calls), calls.length]);
}

export function sumUsd(calls: readonly HandCall[]): string {
  const costs = calls.map((call) => call.nanoUsd).filter((cost) => cost !== null);
  if (costs.length === 0) return '–';
  const digits = String(costs.reduce((sum, cost) => sum + cost, 0)).padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`.replace(/\.?0+$/, '');
}
