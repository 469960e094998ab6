import type { Correction } from '../correction.ts';

type HourWrite = readonly [card: string, model: string, usdPerMtok: string, instead: string];

/** Card, model, USD for a million tokens written for an hour, and what the rate card alone says of a thousand: the price of five minutes. */
const bedrock: readonly HourWrite[] = [
  ['aws/global.anthropic.claude-fable-5-1-v1:0', 'global.anthropic.claude-fable-5-1', '20', '0.0125'],
  ['aws/global.anthropic.claude-fable-5-v1:0', 'global.anthropic.claude-fable-5', '20', '0.0125'],
  [
    'aws/global.anthropic.claude-haiku-4-5-20251001-v1:0',
    'global.anthropic.claude-haiku-4-5-20251001-v1:0',
    '2',
    '0.00125',
  ],
  ['aws/global.anthropic.claude-opus-4-5-v1:0', 'global.anthropic.claude-opus-4-5-20251101-v1:0', '10', '0.00625'],
  ['aws/global.anthropic.claude-opus-4-6-v1:0', 'global.anthropic.claude-opus-4-6-v1', '10', '0.00625'],
  ['aws/global.anthropic.claude-opus-4-7-v1:0', 'global.anthropic.claude-opus-4-7', '10', '0.00625'],
  ['aws/global.anthropic.claude-opus-4-8-v1:0', 'global.anthropic.claude-opus-4-8', '10', '0.00625'],
  ['aws/global.anthropic.claude-opus-5', 'global.anthropic.claude-opus-5', '10', '0.00625'],
  ['aws/global.anthropic.claude-sonnet-4-6-v1:0', 'global.anthropic.claude-sonnet-4-6', '6', '0.00375'],
  ['aws/global.anthropic.claude-sonnet-5-v1:0', 'global.anthropic.claude-sonnet-5', '4', '0.0025'],
  ['aws/regional.anthropic.claude-fable-5-1-v1:0', 'anthropic.claude-fable-5-1', '22', '0.01375'],
  ['aws/regional.anthropic.claude-fable-5-v1:0', 'anthropic.claude-fable-5', '22', '0.01375'],
  [
    'aws/regional.anthropic.claude-haiku-4-5-20251001-v1:0',
    'us.anthropic.claude-haiku-4-5-20251001-v1:0',
    '2.20',
    '0.001375',
  ],
  ['aws/regional.anthropic.claude-opus-4-5-v1:0', 'us.anthropic.claude-opus-4-5-20251101-v1:0', '11', '0.006875'],
  ['aws/regional.anthropic.claude-opus-4-6-v1:0', 'us.anthropic.claude-opus-4-6-v1', '11', '0.006875'],
  ['aws/regional.anthropic.claude-opus-4-7-v1:0', 'us.anthropic.claude-opus-4-7', '11', '0.006875'],
  ['aws/regional.anthropic.claude-opus-4-8-v1:0', 'us.anthropic.claude-opus-4-8', '11', '0.006875'],
  ['aws/regional.anthropic.claude-opus-5', 'us.anthropic.claude-opus-5', '11', '0.006875'],
  ['aws/regional.anthropic.claude-sonnet-4-6-v1:0', 'us.anthropic.claude-sonnet-4-6', '6.60', '0.004125'],
  ['aws/regional.anthropic.claude-sonnet-5-v1:0', 'us.anthropic.claude-sonnet-5', '4.40', '0.00275'],
];

const vertex: readonly HourWrite[] = [
  ['google/claude-fable-5', 'claude-fable-5', '20', '0.0125'],
  ['google/claude-fable-5-1', 'claude-fable-5-1', '20', '0.0125'],
  ['google/claude-opus-4-7', 'claude-opus-4-7', '10', '0.00625'],
  ['google/claude-opus-4-8', 'claude-opus-4-8', '10', '0.00625'],
  ['google/claude-opus-5', 'claude-opus-5', '10', '0.00625'],
  ['google/claude-opus-5-5', 'claude-opus-5-5', '8', '0.005'],
  ['google/claude-sonnet-4-6', 'claude-sonnet-4-6', '6', '0.00375'],
];

function correctionOf([card, model, usdPerMtok, instead]: HourWrite, provider: string, page: string): Correction {
  return {
    card,
    from: null,
    to: null,
    rates: { cache_write_1h_usd_per_mtok: usdPerMtok },
    says: 'Writes for an hour are priced as those for five minutes.',
    source: `${page}, in litellm 1.109.1`,
    instead,
    proof: { provider, model, at: '2026-10-12T12:00:00Z', usage: { cache_write_1h: 1_000 } },
  };
}

/** Claude's cache writes for an hour on Bedrock and on Vertex AI, where they cost twice the input as they do at Anthropic. */
export const claudeHourWrites: readonly Correction[] = [
  ...bedrock.map((row) => correctionOf(row, 'aws.bedrock', 'aws.amazon.com/bedrock/pricing')),
  ...vertex.map((row) => correctionOf(row, 'gcp.vertex_ai', 'cloud.google.com/vertex-ai/generative-ai/pricing')),
];
