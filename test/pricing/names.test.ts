import { describe, expect, it } from 'vitest';
import { createPricing } from '../../src/pricing/pricing.ts';
import { llmCall } from './llmCall.ts';

const pricing = createPricing();

function cardOf(provider: string | null, model: string): string | null {
  const { price } = pricing.price(llmCall({ provider, model }));
  return price.status === 'unpriced' ? price.reason : price.card;
}

describe('the names of providers', () => {
  it.each([
    ['openai', 'gpt-4o', 'openai/gpt-4o'],
    ['azure.ai.openai', 'gpt-4o', 'azure/gpt-4o'],
    ['az.ai.openai', 'gpt-4o', 'azure/gpt-4o'],
    ['azure.ai.inference', 'gpt-4o', 'azure/gpt-4o'],
    ['azure', 'gpt-35-turbo', 'azure/gpt-3.5-turbo'],
    ['x_ai', 'grok-4', 'x-ai/grok-4-0709'],
    ['xai', 'grok-4', 'x-ai/grok-4-0709'],
    ['gcp.gen_ai', 'gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['gcp.gemini', 'gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['gcp.vertex_ai', 'gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['vertex_ai', 'gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['mistral_ai', 'mistral-large-2411', 'mistral/mistral-large'],
    ['moonshot_ai', 'kimi-k2', 'moonshotai/kimi-k2'],
    ['aws.bedrock', 'amazon.nova-pro-v1:0', 'aws/amazon.nova-pro-v1:0'],
    ['amazon-bedrock', 'amazon.nova-pro-v1:0', 'aws/amazon.nova-pro-v1:0'],
    ['Anthropic', 'claude-3-haiku-20240307', 'anthropic/claude-3-haiku'],
    ['anthropic.messages', 'claude-3-haiku-20240307', 'anthropic/claude-3-haiku'],
  ])('%s %s is priced by %s', (provider, model, card) => {
    expect(cardOf(provider, model)).toBe(card);
  });
});

describe('the names of models', () => {
  it.each([
    ['openai', 'GPT-4o', 'openai/gpt-4o'],
    ['openai', 'gpt-4.1-mini-2025-04-14', 'openai/gpt-4.1-mini'],
    ['openai', 'openai/gpt-4o', 'openai/gpt-4o'],
    ['openai', 'anthropic/claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
    ['azure.ai.openai', 'azure/gpt-4o', 'azure/gpt-4o'],
    ['anthropic', 'claude-haiku-4-5-20251001', 'anthropic/claude-haiku-4-5'],
    ['gcp.gemini', 'models/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['gcp.vertex_ai', 'publishers/google/models/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['gcp.vertex_ai', 'projects/p/locations/l/publishers/google/models/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['gcp.vertex_ai', 'publishers/anthropic/models/claude-haiku-4-5@20251001', 'google/claude-haiku-4-5'],
    ['aws.bedrock', 'us.meta.llama3-1-70b-instruct-v1:0', 'aws/meta.llama3-1-70b-instruct-v1:0'],
    ['aws.bedrock', 'eu.amazon.nova-pro-v1:0', 'aws/amazon.nova-pro-v1:0'],
    ['aws.bedrock', 'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-pro-v1:0', 'aws/amazon.nova-pro-v1:0'],
    [
      'aws.bedrock',
      'arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-pro-v1:0',
      'aws/amazon.nova-pro-v1:0',
    ],
    ['aws.bedrock', 'nova-lite', 'aws/amazon.nova-lite-v1:0'],
    ['openrouter', 'openai/gpt-4o', 'openrouter/openai/gpt-4o'],
    ['openrouter', 'openai/gpt-4o:online', 'openrouter/openai/gpt-4o'],
    ['openrouter', 'openai/gpt-4o:nitro', 'openrouter/openai/gpt-4o'],
    ['openai', 'ft:gpt-4o:acme::9abc', 'openai/ft:gpt-4o'],
    ['openai', 'ft:gpt-4o-mini-2024-07-18:acme::9abc', 'openai/ft:gpt-4o-mini'],
    ['litellm', 'gpt-4o', 'openai/gpt-4o'],
    ['litellm', 'bedrock/amazon.nova-pro-v1:0', 'aws/amazon.nova-pro-v1:0'],
  ])('%s %s is priced by %s', (provider, model, card) => {
    expect(cardOf(provider, model)).toBe(card);
  });

  it.each([
    ['gpt-4o', 'openai/gpt-4o'],
    ['claude-haiku-4-5', 'anthropic/claude-haiku-4-5'],
    ['openai/gpt-4o', 'openai/gpt-4o'],
    ['vertex_ai/gemini-2.5-pro', 'google/gemini-2.5-pro'],
    ['ft:gpt-4o-2024-08-06:acme::9abc', 'openai/ft:gpt-4o'],
    // Bedrock's spelling is Bedrock's price: 3.30, not Anthropic's own 3.
    ['us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'aws/regional.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ])('%s without a provider is priced by %s', (model, card) => {
    expect(cardOf(null, model)).toBe(card);
  });

  it.each([
    // Whose price it is cannot be said by a prefix when the span says who served it.
    ['ibm.watsonx.ai', 'mistralai/mistral-large', 'unknown_provider'],
    ['groq', 'deepseek/deepseek-chat', 'unknown_model'],
    // A fine-tuned model costs more than its base, and its card is not known.
    ['openai', 'ft:o9-2025-04-14:acme::9abc', 'unknown_model'],
    // What stands behind an application's own profile, only its owner knows.
    ['aws.bedrock', 'arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2', 'unknown_model'],
    ['openai', 'x'.repeat(257), 'unknown_model'],
    ['x'.repeat(257), 'gpt-4o', 'unknown_provider'],
  ])('%s %s is not guessed: %s', (provider, model, reason) => {
    expect(cardOf(provider, model)).toBe(reason);
  });
});
