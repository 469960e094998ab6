import type { Correction } from '../correction.ts';

const BEDROCK_PAGE = 'aws.amazon.com/bedrock/pricing, in litellm 1.109.1';

/** Corrections of Bedrock’s cards but for Claude’s. */
export const awsCorrections: readonly Correction[] = [
  {
    card: 'aws/amazon.titan-embed-text-v2:0',
    names: ['*amazon.titan-embed-text-v2*'],
    from: null,
    to: null,
    rates: { input_usd_per_mtok: '0.02' },
    says: 'The rate card takes it for version 1, which costs five times as much.',
    source: BEDROCK_PAGE,
    instead: '0.0001',
    proof: {
      provider: 'aws.bedrock',
      model: 'amazon.titan-embed-text-v2:0',
      at: '2025-06-03T12:00:00Z',
      usage: { input_uncached: 1_000 },
    },
  },
  {
    card: 'aws/meta.llama3-1-405b-instruct-v1:0',
    names: ['*meta.llama3-1-405b-instruct*'],
    from: null,
    to: null,
    rates: { input_usd_per_mtok: '2.40', output_usd_per_mtok: '2.40' },
    says: 'The rate card does not know this model.',
    source: 'artificialanalysis.ai/models/llama-3-1-instruct-405b/providers (Amazon Standard), litellm 1.109.1',
    instead: null,
    proof: {
      provider: 'aws.bedrock',
      model: 'meta.llama3-1-405b-instruct-v1:0',
      at: '2025-06-03T12:00:00Z',
      usage: { input_uncached: 1_000, output: 1_000 },
    },
  },
  {
    card: 'aws/cohere.command-r-plus-v1:0',
    names: ['cohere.command-r-plus-v1*'],
    from: null,
    to: null,
    rates: { input_usd_per_mtok: '3', output_usd_per_mtok: '15' },
    says: 'The rate card does not know this model.',
    source: 'aws.amazon.com/bedrock/pricing, in litellm 1.53.1',
    instead: null,
    proof: {
      provider: 'aws.bedrock',
      model: 'cohere.command-r-plus-v1:0',
      at: '2025-06-03T12:00:00Z',
      usage: { input_uncached: 1_000, output: 1_000 },
    },
  },
  {
    card: 'aws/cohere.command-r-v1:0',
    names: ['cohere.command-r-v1*'],
    from: null,
    to: null,
    rates: { input_usd_per_mtok: '0.50', output_usd_per_mtok: '1.50' },
    says: 'The rate card does not know this model.',
    source: 'aws.amazon.com/bedrock/pricing, in litellm 1.53.1',
    instead: null,
    proof: {
      provider: 'aws.bedrock',
      model: 'cohere.command-r-v1:0',
      at: '2025-06-03T12:00:00Z',
      usage: { input_uncached: 1_000, output: 1_000 },
    },
  },
  {
    card: 'aws/cohere.embed-english-v3',
    names: ['cohere.embed-english-v3', 'cohere.embed-multilingual-v3'],
    from: null,
    to: null,
    rates: { input_usd_per_mtok: '0.10' },
    says: 'The rate card does not know these models.',
    source: BEDROCK_PAGE,
    instead: null,
    proof: {
      provider: 'aws.bedrock',
      model: 'cohere.embed-english-v3',
      at: '2025-06-03T12:00:00Z',
      usage: { input_uncached: 1_000 },
    },
  },
];
