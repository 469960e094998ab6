import { describe } from 'vitest';
import { openaiSpans } from '../instrumentation/openaiSpans.ts';
import { describeClient } from './support/describeClient.ts';
import type { ExpectedSpan } from './support/describeClient.ts';
import { standardStandIn } from './support/standIn.ts';

const shapes = `
  chat chatSameObject chatWithResponse chatAsResponseJson tools chatAbort
  stream streamWithUsage streamTee streamReadable streamBreak streamAbort streamNeverRead
  error400 error400Stream error500Retried errorNetwork unhandledFailure`;
const chat = shapes.trim().split(/\s+/);
const completions = ['completions', 'completionsStream'];

/** The same wire, spoken by another provider. */
function spansOf(provider: string, names: readonly string[]): Record<string, readonly ExpectedSpan[]> {
  const picked = Object.entries(openaiSpans).filter(([name]) => names.includes(name));
  return {
    ...Object.fromEntries(picked.map(([name, spans]) => [name, spans.map((span) => by(provider, span))])),
    // 10 + 90 cached = 100 in; 40 out, 30 of them reasoning.
    chatCached: (openaiSpans['chat'] ?? []).map((span) => ({
      ...by(provider, span),
      name: 'chat m-chatCached',
      attributes: {
        ...by(provider, span).attributes,
        'gen_ai.response.model': 'm-chatCached',
        'gen_ai.usage.input_tokens': 100,
        'gen_ai.usage.cache_read.input_tokens': 90,
        'gen_ai.usage.output_tokens': 40,
        'gen_ai.usage.reasoning.output_tokens': 30,
      },
    })),
  };
}

const by = (provider: string, span: ExpectedSpan): ExpectedSpan => ({
  ...span,
  attributes: { ...span.attributes, 'gen_ai.provider.name': provider },
});

const none = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, 'the client has none']));
const helpers = none('chatParse', 'streamHelper', 'toolRunner', 'responses', 'responsesStream', 'countTokens', 'beta');
const set = { set: 'stainless', startStandIn: standardStandIn };

describe('groq', () => {
  describeClient({
    ...set,
    client: 'groq',
    packages: ['groq-sdk'],
    spans: spansOf('groq', [...chat, 'embeddings']),
    unrecorded: ['files', 'batch'],
    reasons: { ...helpers, ...none('completions') },
  });
});

describe('together', () => {
  describeClient({
    ...set,
    client: 'together',
    packages: ['together-ai'],
    spans: spansOf('together', [...chat, ...completions, 'embeddings']),
    reasons: { ...helpers, files: 'it uploads by addresses of its own', batch: 'as `groq-sdk`, whose are shown' },
  });
});

describe('cerebras', () => {
  describeClient({
    ...set,
    client: 'cerebras',
    packages: ['@cerebras/cerebras_cloud_sdk'],
    spans: spansOf('cerebras', [...chat, ...completions]),
    reasons: { ...helpers, ...none('embeddings', 'files', 'batch') },
  });
});
