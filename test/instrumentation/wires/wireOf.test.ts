import { describe, expect, it } from 'vitest';
import { wireOf } from '../../../instrumentation/wires/wireOf.ts';

const GEMINI = 'https://generativelanguage.googleapis.com/v1beta';
const VERTEX = 'https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1';

/** `format operation provider`, then `model=` and `deployment=` where the address has them, `stream=` where it says so. */
function told(address: string): string | null {
  const wire = wireOf(new URL(address));
  if (wire === null) return null;
  const { format, operation, provider, model, deployment, isStream } = wire;
  return [
    `${format} ${operation.name} ${provider}`,
    ...(model === null ? [] : [`model=${model}`]),
    ...(deployment === null ? [] : [`deployment=${deployment}`]),
    ...(isStream === null ? [] : [`stream=${isStream}`]),
  ].join(' ');
}

describe('what an address asks for', () => {
  it.each([
    ['https://api.openai.com/v1/chat/completions', 'openai chat openai'],
    ['https://api.openai.com/v1/responses', 'openai chat openai'],
    ['https://api.openai.com/v1/responses/compact', 'openai chat openai'],
    ['https://api.openai.com/v1/embeddings', 'openai embeddings openai'],
    ['https://api.openai.com/v1/completions', 'openai text_completion openai'],
    [
      'https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2025-01-01',
      'openai chat azure.ai.openai deployment=gpt',
    ],
    ['https://me.services.ai.azure.com/anthropic/v1/messages', 'anthropic chat azure.ai.openai'],
    ['https://api.anthropic.com/v1/messages?beta=true', 'anthropic chat anthropic'],
    ['https://api.groq.com/openai/v1/chat/completions', 'openai chat groq'],
    ['https://openrouter.ai/api/v1/chat/completions', 'openai chat openrouter'],
    ['https://openrouter.ai/api/v1/messages', 'anthropic chat openrouter'],
    ['https://openrouter.ai/api/v1/responses', 'openai chat openrouter'],
    ['https://api.perplexity.ai/chat/completions', 'openai chat perplexity'],
    ['https://api.mistral.ai/v1/chat/completions', 'mistral chat mistral_ai'],
    ['https://codestral.mistral.ai/v1/fim/completions', 'mistral text_completion mistral_ai'],
    ['https://api.mistral.ai/v1/agents/completions', 'mistral chat mistral_ai'],
    ['https://api.mistral.ai/v1/conversations', 'mistral chat mistral_ai'],
    ['https://api.mistral.ai/v1/conversations/conv_1', 'mistral chat mistral_ai'],
    ['https://api.mistral.ai/v1/embeddings', 'mistral embeddings mistral_ai'],
    ['https://api.cohere.com/v2/chat', 'cohere chat cohere'],
    ['https://api.cohere.com/v1/chat', 'cohere chat cohere'],
    ['https://api.cohere.com/v2/embed', 'cohere embeddings cohere'],
    ['https://api.cohere.ai/compatibility/v1/chat/completions', 'openai chat cohere'],
    ['http://127.0.0.1:11434/api/chat', 'ollama chat ollama'],
    ['http://127.0.0.1:11434/api/generate', 'ollama text_completion ollama'],
    ['http://127.0.0.1:11434/api/embed', 'ollama embeddings ollama'],
    ['http://127.0.0.1:11434/v1/chat/completions', 'openai chat ollama'],
    ['https://ollama.com/api/chat', 'ollama chat ollama'],
    ['https://router.huggingface.co/v1/chat/completions', 'huggingface chat huggingface'],
    ['https://router.huggingface.co/together/v1/chat/completions', 'huggingface chat huggingface_together'],
    [
      'https://router.huggingface.co/hf-inference/models/BAAI/bge-m3/pipeline/feature-extraction',
      'huggingface embeddings huggingface model=BAAI/bge-m3',
    ],
    [
      `${GEMINI}/models/gemini-2.5-flash:generateContent`,
      'google generate_content gcp.gemini model=gemini-2.5-flash stream=false',
    ],
    [
      `${GEMINI}/models/gemini-2.5-flash:streamGenerateContent?alt=sse`,
      'google generate_content gcp.gemini model=gemini-2.5-flash stream=true',
    ],
    [`${GEMINI}/tunedModels/mine:generateContent`, 'google generate_content gcp.gemini model=mine stream=false'],
    [
      `${GEMINI}/models/gemini-embedding-001:batchEmbedContents`,
      'google embeddings gcp.gemini model=gemini-embedding-001 stream=false',
    ],
    [`${GEMINI}/interactions`, 'google generate_content gcp.gemini'],
    [`${GEMINI}/openai/chat/completions`, 'openai chat gcp.gemini'],
    [
      `${VERTEX}/publishers/google/models/gemini-2.5-pro:generateContent`,
      'google generate_content gcp.vertex_ai model=gemini-2.5-pro stream=false',
    ],
    [
      `${VERTEX}/publishers/anthropic/models/claude-sonnet-4-5%4020250929:streamRawPredict`,
      'anthropic chat gcp.vertex_ai model=claude-sonnet-4-5@20250929 stream=true',
    ],
    [
      `${VERTEX}/publishers/mistralai/models/mistral-medium-3:rawPredict`,
      'mistral chat gcp.vertex_ai model=mistral-medium-3 stream=false',
    ],
    [
      `${VERTEX}/publishers/google/models/text-embedding-005:predict`,
      'google embeddings gcp.vertex_ai model=text-embedding-005 stream=false',
    ],
    [`${VERTEX}/endpoints/123:generateContent`, 'google generate_content gcp.vertex_ai model=123 stream=false'],
    [`${VERTEX}/endpoints/openapi/chat/completions`, 'openai chat gcp.vertex_ai'],
    [
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream',
      'bedrock chat aws.bedrock model=us.anthropic.claude-sonnet-4-5-20250929-v1:0 stream=true',
    ],
  ])('%s: %s', (address, expected) => {
    expect(told(address)).toBe(expected);
  });

  it.each([
    'https://api.openai.com/v1/files',
    'https://api.openai.com/v1/batches',
    'https://api.openai.com/v1/images/generations',
    'https://api.anthropic.com/v1/messages/count_tokens',
    'https://api.anthropic.com/v1/messages/batches',
    `${GEMINI}/models/gemini-2.5-flash:countTokens`,
    `${GEMINI}/models/imagen-4.0-generate-001:predict`,
    `${GEMINI}/models/gemini-2.5-flash:batchGenerateContent`,
    `${GEMINI}/models/x:constructor`,
    `${VERTEX}/publishers/constructor/models/x:rawPredict`,
    `${VERTEX}/publishers/anthropic/models/count-tokens:rawPredict`,
    `${VERTEX}/publishers/mistralai/models/mistral-ocr-2505:rawPredict`,
    'https://api.cohere.com/v2/rerank',
    'https://api.mistral.ai/v1/ocr',
    'http://127.0.0.1:11434/api/tags',
    'http://127.0.0.1:11434/api/pull',
    'https://router.huggingface.co/hf-inference/models/x/y/pipeline/text-classification',
  ])('%s counts no tokens', (address) => {
    expect(told(address)).toBeNull();
  });
});

describe('hosts that nobody knows', () => {
  it.each([
    ['http://gateway:4000/v1/chat/completions', 'openai chat openai'],
    ['http://gateway:4000/openai/deployments/d/embeddings', 'openai embeddings azure.ai.openai deployment=d'],
    ['http://gateway:4000/v1/responses', 'openai chat openai'],
    ['http://gateway:4000/v1/embeddings', 'openai embeddings openai'],
    ['http://gateway:4000/anthropic/v1/messages', 'anthropic chat anthropic'],
    ['http://gateway:4000/v1beta/models/g:generateContent', 'google generate_content gcp.gemini model=g stream=false'],
    ['http://gateway:4000/api/chat', 'ollama chat ollama'],
    ['http://gateway:4000/model/m/converse', 'bedrock chat aws.bedrock model=m stream=false'],
    // A gateway of somebody's own under Amazon's domain.
    ['https://x.us-east-1.elb.amazonaws.com/v1/chat/completions', 'openai chat openai'],
  ])('%s speaks for itself: %s', (address, expected) => {
    expect(told(address)).toBe(expected);
    expect(wireOf(new URL(address))?.isKnownHost).toBe(false);
  });

  it.each([
    'http://shop/responses',
    'http://shop/completions',
    'http://shop/embeddings',
    'http://shop/messages',
    'http://shop/v1/chat',
    'http://shop/v2/embed',
    'http://shop/v1/conversations',
    'http://shop/interactions',
    'http://shop/models',
    'http://shop/',
  ])('%s may be anything', (address) => {
    expect(told(address)).toBeNull();
  });
});

describe('another model in the address', () => {
  const changed = (address: string): string | null => wireOf(new URL(address))?.withModel('a/b:1')?.href ?? null;

  it('takes the place of the one that stands there, with the rest as it was', () => {
    expect(changed(`${GEMINI}/models/g:streamGenerateContent?alt=sse`)).toBe(
      `${GEMINI}/models/a%2Fb%3A1:streamGenerateContent?alt=sse`,
    );
    expect(changed('https://bedrock-runtime.us-east-1.amazonaws.com/model/m%3A0/converse')).toBe(
      'https://bedrock-runtime.us-east-1.amazonaws.com/model/a%2Fb%3A1/converse',
    );
  });

  it('is not written where the body names the model', () => {
    expect(changed('https://api.openai.com/v1/chat/completions')).toBeNull();
  });

  it('leaves a model that is no percent-encoding as it is', () => {
    expect(told(`${GEMINI}/models/100%25%:generateContent`)).toBe(
      'google generate_content gcp.gemini model=100%25% stream=false',
    );
  });
});

it('streams unless told otherwise on Ollama, and there alone', () => {
  expect(wireOf(new URL('http://127.0.0.1:11434/api/chat'))?.streamsByDefault).toBe(true);
  expect(wireOf(new URL('http://127.0.0.1:11434/api/embed'))?.streamsByDefault).toBe(false);
  expect(wireOf(new URL('https://api.openai.com/v1/chat/completions'))?.streamsByDefault).toBe(false);
});
