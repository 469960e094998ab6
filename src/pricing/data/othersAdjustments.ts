import type { Adjustment, SearchContextSize } from '../adjustment.ts';
import type { WrittenRates } from '../writtenPrice.ts';

const BEDROCK_PAGE = 'aws.amazon.com/bedrock/pricing, in litellm 1.109.1';

/** Bedrock’s models that have the tiers flex and priority; Anthropic’s have neither. */
const bedrockTierModels = [
  'amazon.nova-pro*',
  'regional.amazon.nova-2-lite*',
  'google.gemma-3*',
  'mistral.devstral*',
  'mistral.magistral*',
  'mistral.ministral-3*',
  'mistral.mistral-large-3*',
  'mistral.voxtral*',
  'nvidia.nemotron*',
  'openai.gpt-oss*',
  'qwen.qwen3-32b*',
];
const bedrockPriorityModels = [
  ...bedrockTierModels,
  'global.amazon.nova-2-lite*',
  'amazon.nova-premier*',
  'qwen.qwen3-coder*',
  'qwen.qwen3-vl*',
];

/** USD for a thousand requests of each size, beside the prices of tokens. */
const perplexity: readonly (readonly [
  card: string,
  tokens: WrittenRates,
  low: string,
  medium: string,
  high: string,
])[] = [
  ['perplexity/sonar', { input_usd_per_mtok: '1', output_usd_per_mtok: '1' }, '5', '8', '12'],
  ['perplexity/sonar-pro', { input_usd_per_mtok: '3', output_usd_per_mtok: '15' }, '6', '10', '14'],
  ['perplexity/sonar-reasoning', { input_usd_per_mtok: '1', output_usd_per_mtok: '5' }, '5', '8', '12'],
  ['perplexity/sonar-reasoning-pro', { input_usd_per_mtok: '2', output_usd_per_mtok: '8' }, '6', '10', '14'],
];

function bySearchContextSize(searchContextSize: SearchContextSize, index: 2 | 3 | 4): readonly Adjustment[] {
  return perplexity.map((row) => ({
    when: { searchContextSize },
    cards: [row[0]],
    from: null,
    to: null,
    rates: { ...row[1], request_usd_per_kcount: row[index] },
    says: 'The fee for a request depends on how much of the web it reads.',
    source: 'docs.perplexity.ai/getting-started/pricing, in litellm 1.109.1 and noodle-perplexity-mcp 1.4.1',
  }));
}

/** Tiers of Bedrock, Mistral, Groq and xAI; Perplexity’s fee for a request. */
export const othersAdjustments: readonly Adjustment[] = [
  {
    when: { tier: 'batch' },
    cards: ['aws/*'],
    from: null,
    to: null,
    factor: [1, 2],
    says: 'Batch inference costs half.',
    source: BEDROCK_PAGE,
  },
  {
    when: { tier: 'flex' },
    cards: bedrockTierModels.map((model) => `aws/${model}`),
    from: null,
    to: null,
    factor: [1, 2],
    says: 'The tier flex costs half, where a model has it.',
    source: BEDROCK_PAGE,
  },
  {
    when: { tier: 'priority' },
    cards: bedrockPriorityModels.map((model) => `aws/${model}`),
    from: null,
    to: null,
    factor: [7, 4],
    says: 'The tier priority costs three quarters more, where a model has it.',
    source: BEDROCK_PAGE,
  },
  {
    when: { tier: 'batch' },
    cards: ['mistral/*'],
    from: null,
    to: null,
    factor: [1, 2],
    says: 'Batch inference costs half.',
    source:
      'docs.mistral.ai (batch inference), in jeremylongshore/claude-code-plugins mistral-cost-tuning (2026-01-27)',
  },
  {
    when: { tier: 'batch' },
    cards: ['groq/*'],
    from: null,
    to: null,
    factor: [1, 2],
    says: 'The batch API costs half.',
    source: 'groq.com/pricing, in api-evangelist/groq (2026-08-11)',
  },
  {
    when: { tier: 'batch' },
    cards: ['x-ai/grok-4.20*', 'x-ai/grok-4.3'],
    from: null,
    to: null,
    factor: [4, 5],
    says: 'The batch API costs a fifth less.',
    source: 'docs.x.ai/docs/models, in litellm 1.109.1',
  },
  ...bySearchContextSize('low', 2),
  ...bySearchContextSize('medium', 3),
  ...bySearchContextSize('high', 4),
];
