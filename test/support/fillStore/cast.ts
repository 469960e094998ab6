/** Who makes the calls of the filled store: a company with a dozen agents, some of which changed their model lately. */
export interface Model {
  readonly provider: string;
  readonly request: string;
  readonly response: string;
  readonly reasons?: true;
  readonly caches?: true;
}

const models = {
  gpt4o: { provider: 'openai', request: 'gpt-4o', response: 'gpt-4o-2024-08-06', caches: true },
  gpt4oMini: { provider: 'openai', request: 'gpt-4o-mini', response: 'gpt-4o-mini-2024-07-18', caches: true },
  o3: { provider: 'openai', request: 'o3', response: 'o3-2025-04-16', reasons: true },
  gpt5: { provider: 'openai', request: 'gpt-5', response: 'gpt-5-2025-08-07', reasons: true, caches: true },
  embedding: { provider: 'openai', request: 'text-embedding-3-small', response: 'text-embedding-3-small' },
  sonnet: { provider: 'anthropic', request: 'claude-sonnet-4-5', response: 'claude-sonnet-4-5-20250929', caches: true },
  haiku: { provider: 'anthropic', request: 'claude-haiku-4-5', response: 'claude-haiku-4-5-20251001', caches: true },
  opus: { provider: 'anthropic', request: 'claude-opus-4-1', response: 'claude-opus-4-1-20250805', caches: true },
  flash: { provider: 'gcp.gemini', request: 'gemini-2.5-flash', response: 'gemini-2.5-flash', reasons: true },
  mistral: { provider: 'mistral_ai', request: 'mistral-large-latest', response: 'mistral-large-latest' },
  /** Priced by the tenant: `PRICED_DEPLOYMENT`. */
  deployment: { provider: 'azure.ai.openai', request: 'our-gpt4o', response: 'our-gpt4o' },
  /** Nobody has a price for these two. */
  inHouse: { provider: 'in-house', request: 'in-house-7b', response: 'in-house-7b' },
  preview: { provider: 'openai', request: 'orion-3-preview', response: 'orion-3-preview' },
  /** Its provider says what each call cost. */
  routed: { provider: 'openrouter', request: 'qwen/qwen3-coder', response: 'qwen/qwen3-coder' },
} as const satisfies Readonly<Record<string, Model>>;

export const PRICED_DEPLOYMENT = {
  provider: models.deployment.provider,
  model: models.deployment.request,
  price: { input_usd_per_mtok: '2.25', output_usd_per_mtok: '9', effective_from: null },
} as const;

interface ModelShare {
  readonly of: Model;
  readonly weight: number;
}

export interface Agent {
  readonly name: string;
  readonly service: string;
  readonly route: string;
  /** Share of all turns. */
  readonly weight: number;
  readonly models: readonly ModelShare[];
  /** From so many days before the end on it uses these instead. */
  readonly switched?: { readonly daysAgo: number; readonly to: readonly ModelShare[] };
  /** Agents it hands a part of a turn to. */
  readonly below?: readonly string[];
  /** Most calls in a turn. */
  readonly calls: number;
  readonly inputTokens: readonly [number, number];
  readonly outputTokens: readonly [number, number];
  readonly operation?: 'embeddings';
  /** Runs by itself, at all hours, for nobody. */
  readonly isBatch?: true;
}

const only = (of: Model): readonly ModelShare[] => [{ of, weight: 1 }];

export const agents: readonly Agent[] = [
  {
    name: 'support-bot',
    service: 'support-api',
    route: '/api/chat',
    weight: 30,
    models: [
      { of: models.gpt4oMini, weight: 8 },
      { of: models.gpt4o, weight: 2 },
    ],
    switched: {
      daysAgo: 18,
      to: [
        { of: models.gpt4oMini, weight: 3 },
        { of: models.sonnet, weight: 7 },
      ],
    },
    below: ['order-lookup'],
    calls: 4,
    inputTokens: [600, 9_000],
    outputTokens: [40, 900],
  },
  {
    name: 'planner',
    service: 'agents',
    route: '/api/tasks',
    weight: 12,
    models: [
      { of: models.gpt5, weight: 5 },
      { of: models.o3, weight: 2 },
    ],
    below: ['researcher', 'code-reviewer'],
    calls: 3,
    inputTokens: [1_500, 24_000],
    outputTokens: [200, 4_000],
  },
  {
    name: 'researcher',
    service: 'agents',
    route: '/api/tasks',
    weight: 9,
    models: [
      { of: models.sonnet, weight: 6 },
      { of: models.flash, weight: 3 },
      { of: models.routed, weight: 1 },
    ],
    calls: 6,
    inputTokens: [3_000, 60_000],
    outputTokens: [150, 2_500],
  },
  {
    name: 'code-reviewer',
    service: 'review-worker',
    route: '/hooks/pull-request',
    weight: 10,
    models: [
      { of: models.sonnet, weight: 6 },
      { of: models.opus, weight: 1 },
      { of: models.preview, weight: 1 },
    ],
    calls: 5,
    inputTokens: [4_000, 48_000],
    outputTokens: [200, 3_000],
  },
  {
    name: 'order-lookup',
    service: 'support-api',
    route: '/api/chat',
    weight: 4,
    models: only(models.haiku),
    calls: 2,
    inputTokens: [400, 3_000],
    outputTokens: [20, 300],
  },
  {
    name: 'classifier',
    service: 'mail-intake',
    route: '/hooks/mail',
    weight: 16,
    models: [
      { of: models.gpt4oMini, weight: 3 },
      { of: models.haiku, weight: 2 },
    ],
    calls: 1,
    inputTokens: [200, 2_500],
    outputTokens: [3, 20],
  },
  {
    name: 'summarizer',
    service: 'reports',
    route: '/api/reports/{id}',
    weight: 7,
    models: [
      { of: models.flash, weight: 4 },
      { of: models.mistral, weight: 1 },
    ],
    calls: 2,
    inputTokens: [2_000, 90_000],
    outputTokens: [200, 1_800],
  },
  {
    name: 'indexer',
    service: 'search',
    route: '/jobs/index',
    weight: 5,
    models: only(models.embedding),
    calls: 3,
    inputTokens: [500, 8_000],
    outputTokens: [0, 0],
    operation: 'embeddings',
    isBatch: true,
  },
  {
    name: 'translator',
    service: 'reports',
    route: '/api/translate',
    weight: 4,
    models: only(models.deployment),
    calls: 2,
    inputTokens: [300, 6_000],
    outputTokens: [200, 6_000],
  },
  {
    name: 'triage',
    service: 'on-call',
    route: '/hooks/alert',
    weight: 3,
    models: [
      { of: models.inHouse, weight: 4 },
      { of: models.haiku, weight: 1 },
    ],
    calls: 3,
    inputTokens: [800, 12_000],
    outputTokens: [50, 700],
    isBatch: true,
  },
];

/** Names that break a page or a statement which does not quote them. */
export const hostileAgents: readonly string[] = [
  `O'Brien's "agent" <b>&amp;`,
  `'); drop view calls; --`,
  '$agent ${user} $__timeFilter(start)',
];
export const hostileUsers: readonly string[] = [
  `d'Artagnan`,
  '<img src=x onerror=alert(1)>',
  'a,b\\c"d',
  '=HYPERLINK("http://example.com")',
  'שלום\u202e Größe 価格 🦊',
  '{{constructor}} ${__user.login} [[user]]',
];
