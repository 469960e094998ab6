import type { AskedAnswer, Answer } from './answer.ts';
import { answerChat, answerCompletion } from './openaiShaped.ts';
import type { Additions } from './openaiShaped.ts';

const additions: Additions = { usage: (usage) => usage, more: { system_fingerprint: 'fp' } };

/** The router, the providers behind it, and what the hub says of a model: that each of them has it. */
export function answerHuggingFace(asked: AskedAnswer): Answer | null {
  const { path, model } = asked;
  if (path.startsWith('/api/models/')) return { json: { inferenceProviderMapping: mappingOf(model) } };
  if (path.endsWith('/pipeline/feature-extraction')) return { json: [0.25, 0.5] };
  if (path.endsWith('/v1/chat/completions')) return answerChat(asked, additions);
  return path.endsWith('/v1/completions') ? answerCompletion(asked, additions) : null;
}

function mappingOf(model: string): unknown {
  const conversational = { providerId: model, status: 'live', task: 'conversational' };
  return {
    together: conversational,
    'hf-inference': { providerId: model, status: 'live', task: taskOf[model] ?? 'conversational' },
  };
}

const taskOf: Readonly<Record<string, string>> = {
  'm-embeddings': 'feature-extraction',
  'm-completions': 'text-generation',
};
