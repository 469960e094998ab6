import type { AskedAnswer, Answer } from './answer.ts';
import { answerChat, answerCompletion } from './openaiShaped.ts';
import type { Additions } from './openaiShaped.ts';

const additions: Additions = { usage: (usage) => usage, more: { system_fingerprint: 'fp' } };

/** The router and the providers behind it. */
export function answerHuggingFace(asked: AskedAnswer): Answer | null {
  const { path } = asked;
  if (path.endsWith('/pipeline/feature-extraction')) return { json: [0.25, 0.5] };
  if (path.endsWith('/v1/chat/completions')) return answerChat(asked, additions);
  return path.endsWith('/v1/completions') ? answerCompletion(asked, additions) : null;
}
